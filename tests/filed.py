"""The evidence file of a small project, wholly in memory: archive, manifest, seal, and its log."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from passport.proof import archive, batch, canonical, credential, filing, kinds, seal, tree
from passport.proof.archive import Entry
from passport.proof.bundle import RecordKey
from passport.proof.contents import Contents
from passport.proof.encoding import b64_encode, b64u_encode
from passport.proof.filing import MANIFEST, SEAL, Engine, Filed, Manifest
from passport.proof.keyfile import KeyFile
from passport.proof.policy import Policy
from tests.simulated_log import AT, SERVICE, Simulator, key_of, salt, seed

PROJECT = "0190f4b2-7c1e-7abc-8def-00000000f11e"
CELLMAKER = "did:web:cellmaker.example"
SUPPLIER = "did:web:packmaker.example"
LOT = "https://packmaker.example/orders/7"
SERIALS = "05_serials/serials.txt"


def packed(files: Mapping[str, bytes]) -> bytes:
    """The archive of some files."""
    made, entries = b"", []
    for name in sorted(files):
        each = Entry(name, len(files[name]), archive.checksum([files[name]]), len(made))
        made += archive.header(each) + files[name]
        entries.append(each)
    return made + archive.directory(entries)


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files of an archive."""
    found = archive.read(data)
    return {name: found.read(name, most=len(data)) for name in found.entries}


@dataclass
class FiledProject:
    """Makers, their attestations in a log, and what a project files of them."""

    world: Simulator = field(default_factory=Simulator)
    cellmaker: KeyFile = field(default_factory=lambda: key_of("issuer", CELLMAKER + "#key-1"))
    supplier: KeyFile = field(default_factory=lambda: key_of("issuer", SUPPLIER + "#key-1"))
    files: dict[str, bytes] = field(default_factory=dict)
    engine: Engine = field(default_factory=lambda: Engine("0.7.0", "abc", seed("program")))
    before: list[int] = field(default_factory=list)

    def begin(self) -> FiledProject:
        """Enrol the makers, attest cells and certify them; the files as they are filed."""
        self.world.enrol(self.cellmaker)
        self.world.enrol(self.supplier)
        self._attest_cells(4)
        certificate = self.certificate()
        self.world.enter("attestation", certificate, self.supplier.name, [LOT])
        self.file_signed("06_certificates/signed/", certificate)
        self.files["01_project/project.json"] = canonical.encode({"name": "Storage at a lake"})
        self.files[SERIALS] = b"".join(b"CELL%d\n" % each for each in range(4))
        return self

    def file_signed(self, folder: str, data: bytes) -> str:
        name = f"{folder}{hashlib.sha256(data).hexdigest()}.json"
        self.files[name] = data
        return name

    def certificate(self, **terms: object) -> bytes:
        return sign(self.supplier, kinds.FEOC, CERTIFIED | terms)

    def _attest_cells(self, count: int) -> None:
        items = [
            canonical.encode(
                {"id": f"urn:cell/CELL{each}", "salt": b64u_encode(salt(f"item {each}"))}
            )
            for each in range(count)
        ]
        built = batch.build(items)
        header = batch.Header(
            issuer=CELLMAKER, valid_from=AT, salt=salt("batch"), access="public", common={}
        )
        signed = credential.sign(
            batch.document(batch=built, header=header),
            private_key=self.cellmaker.private_key,
            method=self.cellmaker.name,
            created=AT,
        )
        cells = [f"urn:cell/CELL{each}" for each in range(count)]
        self.world.enter("batch", signed, self.cellmaker.name, cells)
        self.file_signed("05_serials/attestations/", signed)
        rows = built.rows[0][1:3]
        nodes = tree.multi_path(
            indices=[1, 2], size=count, read=lambda level, index: built.rows[level][index]
        )
        assert rows
        self.files["05_serials/items.json"] = canonical.encode(
            [
                {
                    "batch": b64u_encode(hashlib.sha256(signed).digest()),
                    "rows": [{"index": each, "item": b64_encode(items[each])} for each in (1, 2)],
                    "nodes": [b64_encode(each) for each in nodes],
                }
            ]
        )

    def manifest(self, **changes: Any) -> Manifest:
        last = self.before[-1] if self.before else None
        return replace(
            Manifest(
                project=PROJECT,
                number=len(self.before) + 1,
                as_of="2026-11-29",
                created_at=AT,
                creator=SERVICE,
                rule_set="us-2026-02",
                engine=self.engine,
                previous=None
                if last is None
                else hashlib.sha256(self.world.documents[last]).digest(),
                salt=salt("manifest"),
                files={name: filed(name, data) for name, data in self.files.items()},
            ),
            **changes,
        )

    def contents(self, **changes: Any) -> Contents:
        """What the seal shows: all entries of the log, and the key events."""
        world = self.world
        lone = {subjects[0] for subjects in world.about.values() if len(subjects) == 1}
        keys = [world.documents[at] for at, who in world.about.items() if who[0].startswith("did:")]
        whole = Contents(
            batteries={},
            checkpoint=world.signed_head(),
            salts={each: salt(each) for each in lone},
            documents=keys,
            **world.shown(),  # type: ignore[arg-type]
        )
        return replace(whole, **changes)

    def seal(self, data: bytes, **changes: Any) -> bytes:
        return seal.assemble(
            manifest=filing.read(data),
            data=data,
            contents=self.contents(**changes),
            key=RecordKey(self.world.record.name, self.world.record.private_key),
            at=AT,
        )

    def file(self, manifest: Manifest | None = None, **changes: Any) -> dict[str, bytes]:
        """Log the manifest and seal it: the files of the whole archive."""
        data = filing.encode(manifest or self.manifest())
        self.before.append(self.world.enter("event", data, None, [PROJECT]))
        return self.files | {MANIFEST: data, SEAL: self.seal(data, **changes)}

    def policy(self) -> Policy:
        return self.world.policy(self.cellmaker, self.supplier)


def filed(name: str, data: bytes) -> Filed:
    kind = "text/plain" if name.endswith(".txt") else "application/json"
    return Filed(sha256=hashlib.sha256(data).hexdigest(), size=len(data), media_type=kind)


CERTIFIED: dict[str, object] = {
    "supplier": {"name": "Packmaker", "taxId": "12-3456789"},
    "items": [{"component": "battery pack", "model": "M1", "quantity": "1", "invoice": "INV-1"}],
    "statement": "notProhibited",
    "jurat": "Under penalties of perjury, I declare that it is true.",
    "signatory": {"name": "A. Signer", "title": "CFO", "authority": "board"},
    "signedOn": "2026-02-01",
    "dueDiligence": "Asked each maker.",
    "periodFrom": "2026-01-01",
    "periodTo": "2026-12-31",
}


def sign(key: KeyFile, kind: str, terms: Mapping[str, object]) -> bytes:
    subject = {"id": LOT, "salt": b64u_encode(salt("claim")), "accessSet": "parties", **terms}
    return credential.sign(
        {
            "@context": credential.CONTEXTS,
            "type": ["VerifiableCredential", kind],
            "issuer": key.did,
            "validFrom": AT,
            "credentialSubject": subject,
        },
        private_key=key.private_key,
        method=key.name,
        created=AT,
    )
