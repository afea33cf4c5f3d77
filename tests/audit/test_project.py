"""What an evidence file says is computed again from what lies in it; a changed file is refused."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from passport.audit import computed, pack
from passport.audit.__main__ import main
from passport.proof import canonical, sealed
from passport.proof.errors import BadEvidence
from passport.rules import sourcing_folder
from passport.rules.sourcing_case import CostKind, Method
from passport.rules.sourcing_filing import FiledList, agreement
from passport.rules.sourcing_folder import SERIAL_LISTS, SERIALS_TOLD
from passport.rules.sourcing_knowing import flag_of
from passport.rules.sourcing_rules import rule_set
from passport.rules.sourcing_serials import Stage
from passport.rules.sourcing_shape import written
from tests.filed import FiledProject, packed
from tests.filed_case import (
    DIGEST,
    LINE,
    LISTED,
    SERIALS,
    begun,
    case_of,
    refile,
    sealed_of,
    told,
)
from tests.rules import sourcing_cases as cases

FEWER = hashlib.sha256(LISTED[:12]).hexdigest()


def check(made: FiledProject) -> computed.Computed:
    """Log and seal what is filed, and check it: all signatures are good, whatever is in it."""
    found = sealed.verify(packed(sealed_of(made)), policy=made.policy())
    return computed.check(found)


def refused_at(step: int, made: FiledProject) -> BadEvidence:
    with pytest.raises(BadEvidence) as refused:
        check(made)
    assert refused.value.step == step, refused.value.detail
    return refused.value


@pytest.fixture
def files(tmp_path):
    """A true file and the trust file that goes with it, on disk."""
    made = begun()
    path, trust = tmp_path / "evidence.zip", tmp_path / "trust.policy"
    path.write_bytes(packed(sealed_of(made)))
    trust.write_text(made.world.policy_text(made.cellmaker, made.supplier))
    return path, trust


def test_a_true_file_comes_out_as_filed(files, capsys):
    path, trust = files

    assert main(["verify", str(path), "--trust", str(trust)]) == 0
    told = capsys.readouterr().out
    assert told.splitlines()[-1] == "ACCEPTED"
    assert " 14. Ratio: 1/1 (100.00 %) equals the ratio filed" in told
    assert main(["verify", str(path), "--trust", str(trust), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["verdict"], said["result"]["strict"]["supported"]) == ("ACCEPTED", "1/1")
    assert said["project"]["name"] == "Storage at a lake"


def test_a_rule_that_nobody_has_read_is_told_where_it_decides(tmp_path, capsys):
    """Without an inverter its rows leave both sums (R-9), which is from memory."""
    made = begun()
    mine = case_of(made)
    lines = [each for each in mine.lines if each.product != cases.INVERTER]
    refile(made, replace(mine, lines=tuple(lines)))
    path, trust = tmp_path / "evidence.zip", tmp_path / "trust.policy"
    path.write_bytes(packed(sealed_of(made)))
    trust.write_text(made.world.policy_text(made.cellmaker, made.supplier))

    assert main(["verify", str(path), "--trust", str(trust)]) == 0
    assert "  unverified rule: R-9 (" in capsys.readouterr().out


def test_a_changed_file_is_refused_with_its_step(files, capsys):
    path, trust = files
    data = path.read_bytes()
    path.write_bytes(data.replace(b"Storage at a lake", b"Storage at a lane"))

    assert main(["verify", str(path), "--trust", str(trust)]) == 2
    assert "REFUSED at step 1" in capsys.readouterr().out
    path.write_bytes(data)
    assert main(["verify", str(path), "--trust", str(trust), "--battery", "urn:x"]) == 2
    assert "about a project" in capsys.readouterr().out


def test_a_rule_set_altered_under_the_same_name_is_refused_by_who_has_its_own(tmp_path, capsys):
    """A service may lower a threshold, compute by that, and sign: all of it agrees with itself."""
    made = begun()
    path, trust, mine = (tmp_path / each for each in ("evidence.zip", "trust.policy", "mine.json"))
    mine.write_bytes(made.files[sourcing_folder.RULE_SET])
    trust.write_text(made.world.policy_text(made.cellmaker, made.supplier))
    document = json.loads(made.files[sourcing_folder.RULE_SET])
    document["thresholds"][0]["years"][0]["percent"] = "1"
    made.files[sourcing_folder.RULE_SET] = canonical.encode(document)
    refile(made, case_of(made), rules=rule_set(document))
    path.write_bytes(packed(sealed_of(made)))
    told = ["verify", str(path), "--trust", str(trust)]

    assert main(told) == 0
    assert hashlib.sha256(canonical.encode(document)).hexdigest() in capsys.readouterr().out
    assert main([*told, "--rule-set", str(mine)]) == 2
    assert "REFUSED at step 10" in capsys.readouterr().out
    path.write_bytes(packed(sealed_of(begun())))
    assert main([*told, "--rule-set", str(mine)]) == 0


def test_serials_that_do_not_agree_are_told_as_a_reason_to_know():
    made = begun()
    mine = told(lists=(*told().lists, FiledList(LINE, Stage.INSTALLED, 2, FEWER)))
    pair = {Stage.DELIVERED: SERIALS, Stage.INSTALLED: SERIALS[:2]}
    apart = agreement(line=LINE, lists=pair, placed_on=None)
    made.files[SERIALS_TOLD] = canonical.encode(written(replace(mine, agreements=(apart,))))
    made.files[f"{SERIAL_LISTS}{FEWER}.txt"] = LISTED[:12]
    assert "do not agree" in refused_at(13, made).detail
    mine = case_of(made)
    flag = flag_of(kind="SERIALS", about=LINE, says="they differ", raised_on=mine.as_of)
    refile(made, replace(mine, flags=(flag,)))

    assert check(made).result.verdict == "NOT_SUPPORTED"


def altered(made: FiledProject, name: str, old: bytes, new: bytes) -> None:
    assert old in made.files[name], name
    made.files[name] = made.files[name].replace(old, new)


# What a service that lies might file: it signs and logs all of it, and the rules give it away.
LIES: dict[str, tuple[int, str, bytes, bytes]] = {
    "a maker": (13, "04_bom/lines.json", b'"producer":"clean"', b'"producer":"listed"'),
    "a kind of owner": (13, "07_entities/register.json", b'"PERSON"', b'"CORPORATION"'),
    "a reason to know": (13, "07_entities/register.json", b'["Packmaker"]', b'["Boxmaker"]'),
    "a threshold": (14, sourcing_folder.RULE_SET, b'"percent": "55"', b'"percent": "50"'),
    "a name of the rule set": (
        10,
        sourcing_folder.RULE_SET,
        b"US-FEOC-2026-10",
        b"US-FEOC-2026-11",
    ),
    "a verdict": (14, sourcing_folder.RESULT, b'"SUPPORTED"', b'"NO_THRESHOLD"'),
    "a ratio": (14, sourcing_folder.RESULT, b'"supported":"1/1"', b'"supported":"9/9"'),
    "a determination": (13, "07_entities/determinations.json", b'"CLEAN"', b'"REVIEW"'),
    "a step": (14, "11_calc/steps.json", b'"value":"100/1"', b'"value":"99/1"'),
    "a day": (10, sourcing_folder.INPUTS, b"2026-11-29", b"2026-11-28"),
    "a project": (10, "01_project/project.json", b"0190f4b2", b"0190f4b3"),
    "a jurat": (11, "06_certificates/certificates.json", b"penalties", b"penaltees"),
    "a tax id": (11, "06_certificates/certificates.json", b"12-3456789", b"12-3456780"),
    "a serial": (12, f"{SERIAL_LISTS}{DIGEST}.txt", b"CELL3", b"CELL8"),
    "a count of serials": (12, "04_bom/lines.json", b'"serials":4', b'"serials":5'),
    "an attested serial": (12, SERIALS_TOLD, b'"did:web:cellmaker.example":2', b'"did:web:x":2'),
    "an agreement": (12, SERIALS_TOLD, b'"agreed":4', b'"agreed":3'),
    "parts of the case": (10, sourcing_folder.INPUTS, b"04_bom/lines", b"04_bom/linez"),
    "no JSON at all": (10, "04_bom/lines.json", b"[", b"["[:0]),
}


@pytest.mark.parametrize("case", LIES)
def test_what_a_service_files_falsely_is_refused_with_its_step(case):
    step, name, old, new = LIES[case]
    made = begun()
    altered(made, name, old, new)

    assert refused_at(step, made).detail


def test_an_invoice_amount_filed_falsely_is_refused_with_its_step():
    made = begun()
    mine = case_of(made)
    direct = replace(mine.project, method=Method.DIRECT_COST, elections=("IDENTIFICATION",))
    costs = (cases.cost(800), cases.cost(40, CostKind.DUTY))
    priced = [replace(each, costs=() if each.row else costs) for each in mine.lines[1:]]
    refile(made, replace(mine, project=direct, lines=(mine.lines[0], *priced)))
    assert check(made)
    altered(made, "04_bom/lines.json", b'"amount":"1000"', b'"amount":"1001"')

    assert refused_at(14, made).pointer.startswith("/")


def test_the_first_difference_is_named_with_both_values():
    made = begun()
    altered(made, sourcing_folder.RESULT, b'"supported":"1/1"', b'"supported":"43/125"')
    refused = refused_at(14, made)

    assert refused.pointer == "/lenient/supported"
    assert refused.detail == "/lenient/supported is filed as 43/125; by the rules it is 1/1."


def test_a_file_without_its_chain_of_records_is_refused():
    made = begun()
    del made.files[sourcing_folder.EVENTS]

    assert refused_at(10, made).pointer == sourcing_folder.EVENTS


def test_a_rule_set_of_another_kind_is_refused():
    made = begun()
    made.files[sourcing_folder.RULE_SET] = b"[]"

    assert "holds no object" in refused_at(10, made).detail


def certified(made: FiledProject, **changes: Any) -> None:
    refile(made, case_of(made, **changes))


def test_a_certificate_is_what_was_signed_and_no_better():
    made = begun()
    certified(made, signatory="B. Signer")
    assert "another signatory" in refused_at(11, made).detail

    gone = begun()
    certified(gone, sha256="ab" * 32)
    assert "not in the file" in refused_at(11, gone).detail

    moved = begun()
    (name,) = [each for each in moved.files if each.startswith(sealed.SIGNED[1])]
    other = sourcing_folder.RECEIVED + "ab" * 32 + ".json"
    moved.files[other] = moved.files[name]
    certified(moved, sha256="ab" * 32)
    assert "other bytes" in refused_at(11, moved).detail


def received(made: FiledProject, data: bytes) -> None:
    """Take a certificate that the log does not hold in the place of the one that it does."""
    name = made.file_signed(sourcing_folder.RECEIVED, data)
    certified(made, sha256=name.rpartition("/")[2].removesuffix(".json"))


def test_a_certificate_outside_the_log_is_a_doubt_and_its_signature_is_checked():
    made = begun()
    received(made, made.certificate(salt="AAAAAAAAAAAAAAAAAAAAAA"))
    found = sealed.verify(packed(sealed_of(made)), policy=made.policy())
    assert computed.check(found).result.verdict == "SUPPORTED"
    assert "is not in the log" in found.case.report.doubts[0]

    nameless = begun()
    certified(nameless, signed_by="")
    assert "nobody says by whom" in refused_at(11, nameless).detail

    forged = begun()
    data = forged.certificate(salt="AAAAAAAAAAAAAAAAAAAAAA")
    received(forged, data.replace(b"A. Signer", b"B. Signer"))
    assert refused_at(11, forged)

    unchecked = begun()
    data = unchecked.certificate(salt="AAAAAAAAAAAAAAAAAAAAAA")
    name = unchecked.file_signed(sourcing_folder.RECEIVED, data)
    digest = name.rpartition("/")[2].removesuffix(".json")
    certified(unchecked, sha256=digest, signature_verdict="NOT_CHECKED")
    assert check(unchecked)


def test_the_packed_program_checks_a_file_with_nothing_but_its_two_libraries(files, tmp_path):
    path, trust = files
    program = tmp_path / "audit.pyz"
    program.write_bytes(pack.build(Path(pack.__file__).resolve().parents[1]))
    code = (
        "import sys, runpy\n"
        "for name in ('django', 'psycopg', 'celery', 'rest_framework', 'numpy', 'zstandard'):\n"
        "    sys.modules[name] = None\n"
        f"sys.argv = ['audit.pyz', 'verify', {str(path)!r}, '--trust', {str(trust)!r}]\n"
        f"runpy.run_path({str(program)!r}, run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "ACCEPTED"
