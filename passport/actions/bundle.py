"""Puts together what an auditor takes away, and signs it as the service's answer."""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q

from passport.actions.event import stamp
from passport.actions.key import issuer_salt, issuer_subject
from passport.models import Attestation, AttestationItem, Battery, LogEntry, Party, SigningKey
from passport.proof import bundle, keyfile, tree
from passport.proof.leaf import decode as decode_leaf
from passport.proof.leaf import subject_hash
from passport.queries import attestation as attestations
from passport.queries import battery as batteries
from passport.queries import event, log
from passport.queries.log import Published
from passport.rules.errors import Conflict


class NothingPublished(Conflict):
    """A bundle leans on a published checkpoint."""

    code = "nothing-published"
    title = "The log has not published a checkpoint yet"


def assemble(*, battery_id: uuid.UUID, by: Party, at: datetime) -> bytes:
    """The provenance bundle of a battery, as far as it concerns the acting party.

    It stands as of the newest published checkpoint: what is not published yet is not in it.
    Refuses NotFound, NothingPublished.
    """
    battery = batteries.by_id(battery_id=battery_id)
    head = log.published()
    if head is None:
        raise NothingPublished("no checkpoint is published yet", remedy="try again in a second")
    parts = _Parts(head)
    inside = batteries.components(battery=battery)
    everything = _attestations(battery, [each.id for each in inside])
    signed = attestations.readable(signed=everything, battery=battery, by=by)
    items = attestations.items_of(batteries=[battery.pk, *(each.id for each in inside)])

    parts.add_subject(battery)
    parts.add_documents(bytes(row.body) for row in event.timeline(battery=battery))
    parts.add_attestations(signed)
    parts.add_keys({row.method for row in everything})
    parts.add_items(items)
    return bundle.assemble(
        contents=parts.contents(battery, components=_components(battery, inside)),
        key=record_key(),
        at=stamp(at),
    )


def record_key() -> bundle.RecordKey:
    """The key with which the service signs its answers, read from its file."""
    if settings.PASSPORT_RECORD_KEY is None:
        raise ImproperlyConfigured("PASSPORT_RECORD_KEY names no file: bundles cannot be signed")
    file = keyfile.decode(Path(settings.PASSPORT_RECORD_KEY).read_bytes())
    return bundle.RecordKey(method=file.name, signer=file.private_key)


class _Parts:
    """Collects documents and the log entries that show them."""

    def __init__(self, head: Published) -> None:
        self.head = head
        self.entries: dict[int, LogEntry] = {}
        self.documents: dict[bytes, bytes] = {}
        self.salts: dict[str, bytes] = {}
        self.items: list[bundle.Item] = []

    def add_subject(self, battery: Battery) -> None:
        salt = bytes(battery.salt)
        self.salts[battery.identity] = salt
        subject = subject_hash(salt=salt, subject=battery.identity)
        self._take(log.entries_of(subjects=[subject], size=self.head.size))

    def add_documents(self, bodies: Iterable[bytes]) -> None:
        for body in bodies:
            self.documents[hashlib.sha256(body).digest()] = body
        self._take(log.entries_with(digests=list(self.documents), size=self.head.size))

    def add_attestations(self, signed: Sequence[Attestation]) -> None:
        """The signed bytes, and the salt of each battery that an entry is about alone."""
        for row in signed:
            if row.battery is not None:
                self.salts[row.battery.identity] = bytes(row.battery.salt)
        self.add_documents(bytes(row.body) for row in signed)

    def add_keys(self, methods: set[str]) -> None:
        """The whole chain of key events of each issuer: its revocations as well."""
        dids = {method.partition("#")[0] for method in methods}
        rows = SigningKey.objects.filter(did__in=dids)
        self.add_documents(bytes(row.enrolment) for row in rows)
        for did in dids:
            self.salts[did] = issuer_salt(did=did)
        subjects = [issuer_subject(did=did) for did in dids]
        self._take(log.entries_of(subjects=subjects, size=self.head.size))

    def add_items(self, items: Sequence[AttestationItem]) -> None:
        by_batch: dict[Attestation, list[AttestationItem]] = defaultdict(list)
        for item in items:
            by_batch[item.attestation].append(item)
        for signed, rows in by_batch.items():
            hashes = attestations.leaf_hashes(attestation_id=signed.pk)
            read = tree.reader(tree.levels(hashes))
            self.items.extend(
                bundle.Item(
                    batch=bytes(signed.sha256),
                    index=row.index,
                    item=bytes(row.body),
                    path=tuple(tree.inclusion_path(index=row.index, size=len(hashes), read=read)),
                )
                for row in rows
            )

    def contents(self, battery: Battery, *, components: dict[str, list[str]]) -> bundle.Contents:
        shown = {bytes(entry.digest) for entry in self.entries.values()}
        subject = subject_hash(salt=bytes(battery.salt), subject=battery.identity)
        own = [entry for entry in self.entries.values() if bytes(entry.subject) == subject]
        sequences = [decode_leaf(bytes(entry.leaf)).sequence or 0 for entry in own]
        return bundle.Contents(
            battery=battery.identity,
            last_sequence=max(sequences, default=-1),
            checkpoint=self.head.body,
            salts=self._salts_in_use(),
            evidence=[self._evidence(entry) for entry in self.entries.values()],
            documents=[body for digest, body in self.documents.items() if digest in shown],
            items=[item for item in self.items if item.batch in shown],
            components=components,
        )

    def _salts_in_use(self) -> dict[str, bytes]:
        """What is not published yet has no entry here, so its salt has no place either."""
        about = {bytes(entry.subject) for entry in self.entries.values()}
        return {
            name: salt
            for name, salt in self.salts.items()
            if subject_hash(salt=salt, subject=name) in about
        }

    def _take(self, entries: Iterable[LogEntry]) -> None:
        self.entries |= {entry.index: entry for entry in entries}

    def _evidence(self, entry: LogEntry) -> bundle.Evidence:
        path = log.path_of(index=entry.index, size=self.head.size)
        return bundle.Evidence(index=entry.index, entry=bytes(entry.leaf), path=path)


def _attestations(battery: Battery, inside: Sequence[uuid.UUID]) -> list[Attestation]:
    """The battery's own attestations, those of its parts, and the batches that cover them."""
    ids = [battery.pk, *inside]
    covered = AttestationItem.objects.filter(battery_id__in=ids).values("attestation_id")
    rows = Attestation.objects.filter(Q(battery_id__in=ids) | Q(pk__in=covered))
    return list(rows.select_related("battery").order_by("id"))


def _components(battery: Battery, inside: Sequence[batteries.Component]) -> dict[str, list[str]]:
    names = {battery.pk: battery.identity} | {each.id: each.identity for each in inside}
    found: dict[str, list[str]] = defaultdict(list)
    for each in inside:
        found[names[each.parent_id]].append(each.identity)
    return dict(found)
