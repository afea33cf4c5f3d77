"""manage.py prepare: makes the keys that lack, the policy that names them, and the log."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from passport.actions import hosted_key, link, webhook_secret
from passport.actions.log import create
from passport.audit import files, keygen
from passport.management.commands.first_link import FIRST, told
from passport.models import HostedKey, Person, WebhookSecret
from passport.proof import keyfile
from passport.proof.errors import ProofError
from passport.proof.keyfile import KeyFile
from passport.queries import webhook_keks


class Command(BaseCommand):
    """The log's key, the record key, a key for each witness run here, and the policy."""

    help = "Make the keys that lack, the policy file, and where nobody is a first link. Repeatable."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """A crash in between leaves whole files; the next call makes the rest."""
        try:
            log, record, witnesses = make_keys()
            write_policy([log, record, *witnesses])
            create(origin=settings.PASSPORT_LOG_ORIGIN, at=datetime.now(UTC))
            make_kek()
            make_webhook_kek()
        except (OSError, ProofError) as error:
            raise CommandError(f"The keys could not be made: {error}") from error
        for key in (log, record, *witnesses) if options["verbosity"] else ():
            self.stdout.write(_trust_line(key))
        if options["verbosity"] and not Person.objects.exists():
            self.stdout.write("\n" + told(link.first(), FIRST))
        # Nothing starts on keys that do not open, or as a role that nothing binds.
        self.check(databases=["default"])


def make_kek() -> None:
    """The key encryption key that the settings name, if it lacks and nothing was wrapped by it."""
    folder, name = settings.PASSPORT_KEK_DIR, settings.PASSPORT_KEK
    if folder and name and not (folder / name).exists() and not HostedKey.objects.exists():
        hosted_key.make_kek(name=name)


def make_webhook_kek() -> None:
    """The first key under which secrets of webhooks lie, unless something was wrapped by one."""
    if settings.PASSPORT_WEBHOOK_KEK_DIR is None or webhook_keks.ring():
        return
    if not WebhookSecret.objects.exists():
        webhook_secret.make_kek(name="webhooks-1")


def make_keys() -> tuple[KeyFile, KeyFile, list[KeyFile]]:
    """The three kinds of key, made where they lack. Witnesses also get the log's public name."""
    log = make_key(_named("PASSPORT_LOG_KEY"), "log", settings.PASSPORT_LOG_ORIGIN)
    record = make_key(
        _named("PASSPORT_RECORD_KEY"), "record", f"{settings.PASSPORT_SERVICE_DID}#record-1"
    )
    witnesses = []
    for name in settings.PASSPORT_WITNESSES:
        folder = Path(settings.PASSPORT_STATE) / name
        witnesses.append(make_key(folder / "witness.key", "witness", name))
        files.replace(folder / "log.vkey", log.verifier.vkey.encode())
    return log, record, witnesses


def write_policy(known: list[KeyFile]) -> None:
    """Says whom the service itself trusts; a policy that stands is the operator's, and is kept."""
    place = _named("PASSPORT_POLICY")
    if place.exists():
        return
    lines = [_trust_line(key) for key in known]
    names = " ".join(key.name for key in known if key.purpose == "witness")
    lines += [f"group witnesses all {names}", "quorum witnesses"] if names else ["quorum none"]
    place.parent.mkdir(parents=True, exist_ok=True)
    files.replace(place, ("\n".join(lines) + "\n").encode())


def make_key(place: Path, purpose: str, name: str) -> KeyFile:
    """The key in a file, made where there is none; refuses a key of another name."""
    if not place.exists():
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = keyfile.make(purpose=purpose, name=name, seed=os.urandom(32))
        draft = place.with_name(f"{place.name}.{os.getpid()}")
        files.write_new_private(draft, keyfile.encode(fresh))
        # A crash here leaves a key that nobody has heard of.
        draft.rename(place)
    key = files.load_key(place, purposes=(purpose,))
    if key.name != name:
        raise CommandError(
            f"{place} is the key of {key.name}, and {name} is asked for. One name, one key: name"
            " another file, or set the old name again (a log is renamed by manage.py new_origin)."
        )
    return key


def _named(setting: str) -> Path:
    place = getattr(settings, setting)
    if place is None:
        raise CommandError(f"{setting} is not set. Name the file that is to hold it.")
    return Path(place)


def _trust_line(key: KeyFile) -> str:
    text = keygen.public_text(key)
    return text.rpartition("trust   ")[2].strip()
