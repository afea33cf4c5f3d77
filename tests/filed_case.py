"""The evidence file of a storage project as the service makes it: case, rules, result, serials."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from passport.proof import canonical
from passport.rules import sourcing_folder
from passport.rules.sourcing_case import Case
from passport.rules.sourcing_certificate import KIND, certificate_of
from passport.rules.sourcing_filing import (
    FiledList,
    FiledSerials,
    Origin,
    agreement,
    attested,
    origin_of,
)
from passport.rules.sourcing_folder import SERIAL_LISTS, SERIALS_TOLD
from passport.rules.sourcing_reading import case_document
from passport.rules.sourcing_result import result_document
from passport.rules.sourcing_rules import RuleSet
from passport.rules.sourcing_serials import Stage
from passport.rules.sourcing_shape import written
from passport.rules.sourcing_verdict import judge
from tests.filed import CELLMAKER, CERTIFIED, PROJECT, FiledProject
from tests.rules import sourcing_cases as cases

SERIALS = ("CELL0", "CELL1", "CELL2", "CELL3")
LISTED = b"".join(each.encode() + b"\n" for each in SERIALS)
DIGEST = hashlib.sha256(LISTED).hexdigest()
LINE = "battery_pack_module"


def begun() -> FiledProject:
    """A project of clean makers with a certificate, a list of serials, and attested cells."""
    made = FiledProject().begin()
    del made.files["05_serials/serials.txt"]
    made.files[f"{SERIAL_LISTS}{DIGEST}.txt"] = LISTED
    made.files[sourcing_folder.RULE_SET] = cases.FILE.read_bytes()
    made.files[sourcing_folder.SNAPSHOTS] = b'{"matches":[],"snapshots":[]}'
    made.files[sourcing_folder.EVENTS] = b"[]"
    made.files[SERIALS_TOLD] = canonical.encode(written(told()))
    refile(made, case_of(made))
    return made


def refile(made: FiledProject, case: Case, *, rules: RuleSet = cases.RULES) -> None:
    """Put in what a case says, and what comes of it by the rules."""
    files = sourcing_folder.case_files(case_document(case))
    result = judge(case=case, rules=rules)
    files |= sourcing_folder.result_files(result_document(result))
    made.files |= {name: canonical.encode(each) for name, each in files.items()}


def sealed_of(made: FiledProject) -> dict[str, bytes]:
    """Log and seal what is filed, under the rule set of the case."""
    return made.file(made.manifest(rule_set=cases.RULES.id))


def told(**changes: Any) -> FiledSerials:
    """What the file tells of serials: delivered ones, of which two are attested."""
    lists = (FiledList(LINE, Stage.DELIVERED, 4, DIGEST),)
    known = attested((b"", {"id": f"urn:cell/CELL{each}"}, Origin(CELLMAKER)) for each in (1, 2))
    return replace(
        FiledSerials(
            lists=lists,
            agreements=(agreement(line=LINE, lists={Stage.DELIVERED: SERIALS}, placed_on=None),),
            origins=(origin_of(line=LINE, serials=SERIALS, attested=known),),
        ),
        **changes,
    )


def case_of(made: FiledProject, **changes: Any) -> Case:
    """The case: its certificate is the one that the supplier signed."""
    name = next(each for each in made.files if each.startswith("06_certificates/signed/"))
    digest = hashlib.sha256(made.files[name]).hexdigest()
    paper = certificate_of(CERTIFIED, kind=KIND, id="C1", sha256=digest, supplier="seller")
    paper = replace(
        paper, **{"signature_verdict": "VALID", "signed_by": paper.supplier_name, **changes}
    )
    lines = cases.property_of()
    first = replace(
        lines[0], serials=4, serials_sha256=DIGEST, certificates=("C1",), costs=(cases.cost(1000),)
    )
    return cases.case(
        first,
        *lines[1:],
        certificates=(paper,),
        id=PROJECT,
        name="Storage at a lake",
        entities=(cases.entity("seller", also_called=(paper.supplier_name,)),),
    )
