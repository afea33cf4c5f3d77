"""A log at an address, read as the files it publishes."""

from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from passport.audit.findings import Unwitnessed
from passport.proof import checkpoint, note, tiles, tree
from passport.proof.checkpoint import Checkpoint
from passport.proof.errors import BadNote, BadTile, NoQuorum
from passport.proof.policy import Policy
from passport.proof.tiles import WIDTH, Place

_TIMEOUT_SECONDS = 20
_CHUNK = 1 << 18
_MAX_FILE = WIDTH * (tiles.MAX_ENTRY_BYTES + 2)


class Missing(BadTile):
    """The log has no such file."""

    code = "missing"
    title = "The log does not show this file"


class Log:
    """A log at an address, below which /checkpoint lies."""

    def __init__(self, url: str) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise BadTile(f"{url!r} is not an http address.")
        self._url = url.rstrip("/")

    def fetch(self, path: str) -> bytes:
        """Return a file of the log; refuses a missing one and one beyond any sensible size."""
        try:
            with urlopen(self._request(path), timeout=_TIMEOUT_SECONDS) as response:  # noqa: S310
                data: bytes = response.read(_MAX_FILE + 1)
        except HTTPError as error:
            raise _refusal(path, error) from error
        if len(data) > _MAX_FILE:
            raise BadTile(f"{path} is too large.")
        return data

    def download(self, path: str, place: Path, *, size: int) -> None:
        """Write a file of the log, of exactly so many bytes, to a place on the disk."""
        left = size
        try:
            with (
                urlopen(self._request(path), timeout=_TIMEOUT_SECONDS) as response,  # noqa: S310
                place.open("wb") as file,
            ):
                while left >= 0 and (data := response.read(_CHUNK)):
                    file.write(data)
                    left -= len(data)
        except HTTPError as error:
            raise _refusal(path, error) from error
        if left:
            raise BadTile(f"{path} does not have the {size} bytes that it must have.")

    def _request(self, path: str) -> Request:
        return Request(f"{self._url}/{path}")  # noqa: S310 - the scheme was checked

    def head(self, trusted: Policy) -> tuple[Checkpoint, bytes]:
        """Return the newest checkpoint; refuses one that no log of the policy signed."""
        data = self.fetch("checkpoint")
        return signed_head(data, trusted), data

    def entries(self, *, start: int, size: int) -> Iterator[bytes]:
        """Yield the entries from ``start`` on of a log of this size, in order."""
        for index in range(start // WIDTH, -(-size // WIDTH)):
            width = min(WIDTH, size - index * WIDTH)
            place = Place(level=None, index=index, width=width)
            yield from tiles.entries_of(place, self.tile)[max(0, start - index * WIDTH) :]

    def tile(self, path: str) -> bytes:
        """Return a tile; a partial one that has become full is cut out of the full one."""
        full, partial, width = path.partition(".p/")
        try:
            return self.fetch(path)
        except Missing:
            if not partial:
                raise
        return tiles.beginning(tiles.parse_path(full), int(width), self.fetch)

    def root_at(self, *, size: int) -> bytes:
        """Return the root that the hash tiles make of the first so many entries."""
        return tiles.root_of(size=size, read=self.tile) if size else tree.EMPTY_ROOT


def _refusal(path: str, error: HTTPError) -> BadTile:
    kind = Missing if error.code == 404 else BadTile
    return kind(f"{path}: the log answered {error.code}.")


def signed_head(data: bytes, trusted: Policy) -> Checkpoint:
    """Read a checkpoint; refuses one that the log which it names did not sign with its key."""
    opened = note.verify(data, verifiers=trusted.verifiers())
    head = checkpoint.parse(opened.text)
    if trusted.logs.get(head.origin) not in {each.verifier for each in opened.verified}:
        raise BadNote(
            f"{head.origin} did not sign the checkpoint, or is not in your trust file.",
            remedy="When the log was renamed, add the line `log VKEY` of its new name.",
        )
    return head


def check_quorum(data: bytes, trusted: Policy) -> None:
    """Refuse with Unwitnessed a checkpoint that too few witnesses have cosigned."""
    opened = note.verify(data, verifiers=trusted.verifiers())
    try:
        trusted.check_quorum({each.verifier for each in opened.verified})
    except NoQuorum as error:
        raise Unwitnessed(f"{error.detail}\n{opened.text}") from error
