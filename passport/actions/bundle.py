"""Makes what an auditor takes away, and signs it as the service's answer."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from passport.actions.event import stamp
from passport.models import Battery, Party
from passport.proof import bundle
from passport.proof.contents import Contents
from passport.queries import log, service_key, timestamp
from passport.queries.audience import sets_read
from passport.queries.battery import several
from passport.queries.genealogy import count_inside, layout
from passport.queries.log import Published
from passport.queries.provenance import Provenance
from passport.rules.errors import Conflict, Refusal

# Some 15 MB, made in some two seconds; more is made behind the request.
INSIDE_AT_ONCE = 20_000


class NothingPublished(Conflict):
    """A bundle leans on a published checkpoint."""

    code = "nothing-published"
    title = "The log has not published a checkpoint yet"


class TooMuchAtOnce(Refusal):
    """A request is answered in a moment, or not at all."""

    code = "too-much-at-once"
    title = "Too many batteries inside for one answer"


@dataclass(frozen=True)
class Ready:
    """A bundle that can be made now; as long as `tag` stays, it would say the same again."""

    asked: Sequence[Battery]
    by: Party
    head: Published
    title: str

    @property
    def tag(self) -> str:
        """What the bundle depends on, in short: the published head, who reads what of which, and
        what stands in what now.
        """
        reads = sets_read(of=self.asked, by=self.by)
        said = [str(self.by.pk), *self.by.roles, self.title, layout(asked=self.asked)]
        said += [f"{each.pk} {' '.join(sorted(reads[each.pk]))}" for each in self.asked]
        seen = [self.head.body, *timestamp.tokens(size=self.head.size), "\n".join(said).encode()]
        return hashlib.sha256(b"".join(seen)).hexdigest()[:32]

    def assemble(self, *, at: datetime) -> bytes:
        """The signed file. Refuses TooMuchInside, Damaged, NotPublishedYet, BadBundle."""
        found = Provenance(by=self.by, head=self.head)
        found.add(battery_ids=[each.pk for each in self.asked])
        return signed(contents=found.contents(title=self.title), at=at)


def prepare(*, battery_ids: Sequence[uuid.UUID], by: Party, title: str = "") -> Ready:
    """The bundle of some batteries, before it is made.

    Refuses NotFound, NothingPublished, TooMuchAtOnce.
    """
    asked = several(battery_ids=battery_ids)
    inside = count_inside(asked=asked)
    if inside > INSIDE_AT_ONCE:
        raise TooMuchAtOnce(
            f"{inside:,} batteries are inside; {INSIDE_AT_ONCE:,} are shown in one answer",
            remedy="order the bundle: POST /api/v1/bundles, or under Proof at the desk",
        )
    return Ready(asked=asked, by=by, head=newest_head(), title=title)


def assemble(
    *, battery_ids: Sequence[uuid.UUID], by: Party, at: datetime, title: str = ""
) -> bytes:
    """The provenance bundle of some batteries, as far as it concerns the acting party.

    It stands as of the newest published checkpoint: what is not published yet is not in it.
    Refuses what prepare() and its assemble() refuse.
    """
    return prepare(battery_ids=battery_ids, by=by, title=title).assemble(at=at)


def newest_head() -> Published:
    """The checkpoint that a bundle of now leans on. Refuses NothingPublished."""
    head = log.published()
    if head is None:
        raise NothingPublished("no checkpoint is published yet", remedy="try again in a second")
    return head


def signed(*, contents: Contents, at: datetime) -> bytes:
    """The bundle of these contents, with the record that the service signs. Refuses BadBundle."""
    return bundle.assemble(contents=contents, key=record_key(), at=stamp(at))


def record_key() -> bundle.RecordKey:
    """The key with which the service signs its answers, read from its file."""
    file = service_key.record_key()
    return bundle.RecordKey(method=file.name, signer=file.private_key)
