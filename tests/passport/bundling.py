"""A pack of attested cells with materials behind them, passed on and logged; and its bundle."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from passport.actions import attestation, bundle, custody, index
from passport.models import Attestation, Battery, Party
from passport.proof import batch, kinds, policy, verdict
from passport.proof.errors import BadBundle
from passport.proof.report import Report
from tests.cast import THEN, Cast, packs
from tests.passport import signing
from tests.passport.acting import acting
from tests.passport.claiming import POWDER, PRECURSOR, claim, digest_of, signed_batch
from tests.passport.house import House

KEEP = THEN - THEN


class Story:
    """The maker builds twelve cells into a pack, of powder of a supplier's; the keeper holds it."""

    def __init__(self, cast: Cast, house: House) -> None:
        self.cast, self.house = cast, house
        (self.pack,) = packs(cast["maker"], "P1", cells=12)
        self.held = signing.enrolled(cast["maker"])
        self.supplier = signing.enrolled(cast["second-maker"])
        inside = Battery.objects.filter(unit=self.pack).exclude(pk=self.pack.pk)
        self.cells = list(inside.order_by("identity"))
        self.upstream = self._supply()
        self.batch = self._batch()
        self.origin = self.attest(self._origin())
        self.hidden = self.attest(
            signing.origin(self.held, self.pack, accessSet="authority", note="for authorities")
        )
        self.pass_on(cast["maker"], cast["keeper"])
        house.turn()

    def copied(self, cast: Cast, house: House) -> Story:
        """The same story of a copy of its database and of its house."""
        return deepcopy(self, {id(self.cast): cast, id(self.house): house})

    def attest(self, document: bytes, by: str = "maker") -> Attestation:
        """Send a signed claim in."""
        return attestation.record(credential_bytes=document, items=None, by=self.cast[by], at=THEN)

    def pass_on(self, giver: Party, taker: Party) -> None:
        """Hand the pack over."""
        offered = custody.hand_over(battery_id=self.pack.pk, to_id=taker.pk, by=giver, at=THEN)
        custody.accept(hand_over_id=offered.pk, by=taker, at=THEN)

    def pulled(self, name: str, *batteries: Battery, title: str = "") -> bytes:
        """The bundle that a party gets of some batteries; of the pack when none is named."""
        by, asked = self.cast[name], [each.pk for each in batteries or (self.pack,)]
        with acting(by):
            return bundle.assemble(battery_ids=asked, by=by, at=THEN, title=title)

    def policy(self, *pinned: Any) -> policy.Policy:
        """What somebody trusts who pins the maker and its supplier."""
        return policy.parse(
            self.house.policy_text(*(pinned or (self.held, self.supplier))).encode()
        )

    def report(self, data: bytes) -> Report:
        """What the verifier finds in a bundle."""
        return verdict.verify(data, policy=self.policy())

    def step(self, data: bytes) -> int | None:
        """At which step the verifier refuses a bundle; None when it does not."""
        try:
            self.report(data)
        except BadBundle as refusal:
            return refusal.step
        return None

    def index(self) -> None:
        """Take a snapshot of the index and publish it; as the system's role."""
        index.take(folder=self.house.press.folder, at=THEN, keep=KEEP, again=True)
        self.house.turn()

    def _supply(self) -> list[Attestation]:
        precursor = claim(self.supplier, kinds.MATERIAL, PRECURSOR)
        powder = claim(self.supplier, kinds.MATERIAL, POWDER, upstream=[digest_of(precursor)])
        return [self.attest(each, "second-maker") for each in (precursor, powder)]

    def _batch(self) -> Attestation:
        items = signing.items_of(self.cells)
        powder = {"material": "LFP powder", "attestation": digest_of(bytes(self.upstream[1].body))}
        return attestation.record(
            credential_bytes=signed_batch(self.held, items, common={"materials": [powder]}),
            items=items, by=self.cast["maker"], at=THEN,
        )  # fmt: skip

    def _origin(self) -> bytes:
        return claim(
            self.held, kinds.ORIGIN, self.pack.identity,
            components=batch.component_root(each.identity for each in self.cells),
            upstream=[digest_of(bytes(self.batch.body))],
        )  # fmt: skip
