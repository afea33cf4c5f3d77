"""What the seal of an evidence file shows: its entry, those of what was signed, and their keys."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from passport.models import Attestation, EvidenceFile, SupplierCertificate
from passport.proof import credential, filing
from passport.proof.contents import Contents, Entry, Previous
from passport.proof.filing import Manifest
from passport.proof.sealed import SIGNED
from passport.queries import evidence, log, timestamp
from passport.queries.log import Published
from passport.queries.showing import Showing
from passport.queries.withdrawal import withdrawals
from passport.rules import sourcing_folder


@dataclass(frozen=True)
class Sealing:
    """What is shown under a head, and where in the log the manifest stands."""

    contents: Contents
    index: int
    size: int


def sealing(*, file: EvidenceFile, manifest: Manifest, head: Published) -> Sealing | None:
    """What is shown of a file under the published head; None while the log has not taken it, or
    something that it holds. Refuses Damaged.
    """
    signed = _signed(manifest)
    own = [bytes(each.manifest_sha256 or b"") for each in _before(file)]
    published = log.entries_with(digests=[*signed, *own], size=head.size)
    places = {bytes(each.digest): each.index for each in published}
    if places.keys() != {*signed, *own}:
        return None
    showing = Showing(head=head)
    showing.name(who=manifest.project, salt=bytes(file.subject_salt or b""))
    for number, digest in enumerate(own, start=1):
        showing.withhold(digest=digest, words=f"the manifest of evidence file {number}")
    _show(showing, signed)
    showing.issuers |= _received(manifest)
    showing.gather()
    previous = _previous(showing)
    listed = showing.listed()
    contents = Contents(
        batteries={},
        checkpoint=head.body,
        previous=previous,
        salts=showing.salts_of(also=()),
        evidence=[Entry(each.index, each.data) for each in listed],
        evidence_nodes=evidence.proof(shown=listed, head=head),
        documents=[each for each in showing.published() if credential.digest(each) not in signed],
        timestamps=timestamp.tokens(size=head.size),
    )
    return Sealing(contents, places[bytes(file.manifest_sha256 or b"")], head.size)


def issuers_of(*, file: EvidenceFile) -> list[str]:
    """Whose keys a file shows, as far as the acting party sees what they signed."""
    manifest = filing.read(bytes(file.manifest or b""))
    rows = Attestation.objects.filter(sha256__in=list(_signed(manifest)))
    signers = {each.partition("#")[0] for each in rows.values_list("method", flat=True)}
    return sorted(signers | _received(manifest))


def _signed(manifest: Manifest) -> set[bytes]:
    """The digests of what lies in the file as it was signed: it stands in their names."""
    return {
        bytes.fromhex(each.sha256)
        for name, each in manifest.files.items()
        if name.startswith(SIGNED)
    }


def _received(manifest: Manifest) -> set[str]:
    """Who signed the papers that the log does not hold: their keys are shown all the same."""
    digests = [
        bytes.fromhex(each.sha256)
        for name, each in manifest.files.items()
        if name.startswith(sourcing_folder.RECEIVED)
    ]
    bodies = SupplierCertificate.objects.filter(sha256__in=digests).values_list("body", flat=True)
    return {credential.read(bytes(each)).issuer for each in bodies}


def _before(file: EvidenceFile) -> Iterable[EvidenceFile]:
    """All files of the project that the log was given, this one and later ones too."""
    filed = EvidenceFile.objects.filter(project=file.project_id, number__isnull=False)
    return filed.only("number", "manifest_sha256").order_by("number")


def _show(showing: Showing, signed: Iterable[bytes]) -> None:
    rows = Attestation.objects.filter(sha256__in=list(signed)).select_related("battery", "lot")
    kept = {each.pk: each for each in rows}
    for each in kept.values():
        about = each.battery or each.lot
        if about is not None:
            # Others have said more of it than is told here.
            showing.name(who=about.identity, salt=bytes(about.salt), strange=True)
        showing.show(
            digest=bytes(each.sha256),
            body=bytes(each.body),
            words=f"the {each.kind} by {each.method}",
        )
    for several in withdrawals(of=list(kept)).values():
        for back in several:
            words = f"the withdrawal by {back.method}"
            showing.show(digest=bytes(back.sha256), body=bytes(back.body), words=words)


def _previous(showing: Showing) -> Sequence[Previous]:
    found = log.previous(size=showing.head.size)
    for each in found:
        showing.add(body=each.checkpoint, words="the log's older name", shown=False)
    return found
