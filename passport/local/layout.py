"""Where things lie on this machine: the clone, its environment, the servers' state and sockets."""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from passport.local.process import Account
from passport.local.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent.parent
# sockaddr_un.sun_path holds 108 bytes with its closing zero, and 104 on macOS.
LONGEST_SOCKET = 103
LONGEST_SOCKET_NAME = len("/.s.PGSQL.65535")


@dataclass(frozen=True)
class Layout:
    """The folders of one clone; `account` is whom the servers run as, None for ourselves."""

    root: Path
    home: Path
    account: Account | None

    @property
    def environment(self) -> Path:
        """The virtual environment."""
        return self.root / ".venv"

    @property
    def state(self) -> Path:
        """What the service keeps beside the database: keys, tiles, witness heads."""
        return self.home / "state"

    @property
    def postgres(self) -> Path:
        """PostgreSQL's data."""
        return self.home / "postgres"

    @property
    def valkey(self) -> Path:
        """Valkey's append-only file."""
        return self.home / "valkey"

    @property
    def sockets(self) -> Path:
        """Private sockets; somewhere shorter when the clone lies too deep."""
        near = self.home / "run"
        if _fits(near):
            return near
        return Path("/tmp") / f"passport-{_mark(self.home)}"  # noqa: S108 - made 0700, checked

    @property
    def programs(self) -> Path:
        """Copies of the servers' programs, where the environment is out of the account's reach."""
        return find(root=self.root).home / "programs"

    @property
    def lock(self) -> Path:
        """Held as long as an instance runs here."""
        return self.home / "lock"


def find(*, root: Path = ROOT) -> Layout:
    """The layout of this clone, for the user who asks."""
    account = server_account()
    near = root / ".local"
    if account is None or can_enter(root, account):
        return Layout(root=root, home=near, account=account)
    far = Path("/var/tmp") / f"{root.name}-{_mark(root)}"  # noqa: S108 - owner is checked
    return Layout(root=root, home=far, account=account)


def at(home: Path, *, root: Path = ROOT) -> Layout:
    """A layout whose state lies in `home`, for servers that are thrown away."""
    return Layout(root=root, home=home, account=server_account())


def server_account() -> Account | None:
    """Whom servers run as: nobody when we are root, since PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError as error:
        raise Trouble(
            "There is no user `nobody`, and PostgreSQL refuses to run as root.",
            "Run as a normal user, or add one: useradd --system nobody.",
        ) from error
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def can_enter(place: Path, account: Account) -> bool:
    """Whether the account may pass through every folder down to `place`."""
    return all(_passes(folder.stat(), account) for folder in (place, *place.parents))


def make_home(layout: Layout) -> None:
    """Makes the folders; refuses a home or socket folder that belongs to somebody else."""
    own_folder(layout.home, 0o711)
    own_folder(layout.state, 0o700)
    for folder in (layout.postgres, layout.valkey, layout.sockets):
        own_folder(folder, 0o700, account=layout.account)
    if not _fits(layout.sockets):
        raise Trouble(
            f"The path of the sockets, {layout.sockets}, is longer than a socket's path may be.",
            f"Move the clone to a path of at most {LONGEST_SOCKET - 30} characters.",
        )


def own_folder(folder: Path, mode: int, *, account: Account | None = None) -> None:
    """Makes a folder of exactly this mode; one that another user put there is refused."""
    owner = account.uid if account else os.geteuid()
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), owner):
            raise Trouble(f"{folder} belongs to another user.", "Remove it, or run as that user.")
        if found.st_uid != owner and account:
            os.chown(folder, account.uid, account.gid)
        folder.chmod(mode)
    except OSError as error:
        raise Trouble(
            f"The folder {folder} cannot be made ({error.strerror}).",
            "Make room or give write permission, then call again.",
        ) from error


def _passes(found: os.stat_result, account: Account) -> bool:
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder)) + LONGEST_SOCKET_NAME <= LONGEST_SOCKET


def _mark(place: Path) -> str:
    return hashlib.sha256(os.fsencode(place)).hexdigest()[:12]
