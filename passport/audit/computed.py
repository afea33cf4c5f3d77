"""What an evidence file says of itself, computed again from what lies in it: steps 10 to 14.

10. Case: the parts are one case, of this project, as of this day, under the rule set in the file.
11. Certificates: the case says of each what its signed bytes say, and of its signature what the
    log and the keys say.
12. Serials: each list has the serials that the case counts, and they are reconciled as told.
13. Determinations: who is a prohibited foreign entity, by the rules, is who the file says, and
    what contradicts itself within the file is told as a reason to know.
14. Ratio: by the rules it is the one in the file, as a fraction, with each of its steps.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from passport.audit import listed
from passport.proof import canonical, credential, unbundle
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadEvidence
from passport.proof.sealed import SIGNED, Found, Sealed, at_step, note
from passport.proof.standing import Verdict
from passport.rules import sourcing_folder
from passport.rules.errors import Refusal
from passport.rules.sourcing_case import Case, Certificate
from passport.rules.sourcing_certificate import certificate_of
from passport.rules.sourcing_filing import FiledSerials
from passport.rules.sourcing_inquiry import worst_standings
from passport.rules.sourcing_knowing import Clash, contradictions
from passport.rules.sourcing_reading import read_case
from passport.rules.sourcing_result import exact, result_document, shown
from passport.rules.sourcing_rules import RuleSet, rule_set
from passport.rules.sourcing_verdict import Result, judge

MOST_JSON = 256 * 2**20
_CHECKED = ("VALID", "SUSPECT")


@dataclass(frozen=True)
class Computed:
    """What came out: the case and rules of the file, the result, and what is told of serials."""

    case: Case
    rules: RuleSet
    result: Result
    serials: FiledSerials


def check(found: Sealed, *, rule_set: bytes | None = None) -> Computed:
    """Do steps 10 to 14 on a file that has passed the others; refuses (BadEvidence) at a step.

    `rule_set` is the auditor's own copy: a file judged by one of the same name and other bytes is
    refused at step 10.
    """
    case, rules = _step(10, partial(_read, found))
    _step(10, partial(_check_pinned, found, rule_set))
    digest = found.manifest.files[sourcing_folder.RULE_SET].sha256
    said = f"rule set {rules.id}, SHA-256 {digest}"
    note(found, 10, "Case", f"{len(case.lines)} lines as of {case.as_of}, {said}")
    said = _step(11, partial(_check_certificates, found, case))
    note(found, 11, "Certificates", said)
    said, serials = _step(12, partial(listed.check, found, case))
    note(found, 12, "Serials", said)
    _step(13, partial(_check_flags, case, rules, serials))
    told = _step(13, partial(_told, found))
    result = _step(13, partial(judge, case=case, rules=rules))
    computed = result_document(result)
    _step(13, partial(_same, told, computed, "determinations"))
    note(found, 13, "Determinations", f"{len(result.determinations)} come out as filed")
    _step(14, partial(_same, told, computed, ""))
    note(found, 14, "Ratio", _ratio(result))
    return Computed(case, rules, result, serials)


def _step(number: int, do: Callable[[], Found]) -> Found:
    """Do a step of proof.sealed, which knows nothing of the refusals of rules."""
    try:
        return at_step(number, do)
    except Refusal as refusal:
        raise BadEvidence(
            f"{refusal.title}: {refusal.detail}.",
            step=number,
            pointer=refusal.pointer,
            remedy=refusal.remedy,
        ) from refusal


def read_json(found: Sealed, name: str) -> object:
    """Return the JSON of a file of the archive; refuses (ProofError) what has no one reading."""
    data = found.archive.read(name, most=MOST_JSON)
    unbundle.check_parts(data)
    return canonical.loads(data, max_bytes=MOST_JSON)


def an_object(found: Sealed, name: str) -> Mapping[str, object]:
    """Return the object that a file of the archive holds; refuses (BadEvidence) anything else."""
    value = read_json(found, name)
    if not isinstance(value, dict):
        raise BadEvidence(f"{name} holds no object.", step=0, pointer=name)
    return value


def _read(found: Sealed) -> tuple[Case, RuleSet]:  # step 10
    for name in sourcing_folder.NEEDED:
        if name not in found.manifest.files:
            raise BadEvidence(f"The file has no {name}.", step=0, pointer=name)
    case = read_case(sourcing_folder.case_of(partial(read_json, found)))
    rules = rule_set(an_object(found, sourcing_folder.RULE_SET))
    manifest = found.manifest
    for told, here, what in (
        (manifest.project, case.project.id, "project"),
        (manifest.as_of, case.as_of.isoformat(), "day"),
        (manifest.rule_set, case.rule_set, "rule set"),
        (manifest.rule_set, rules.id, "rule set"),
    ):
        if told != here:
            raise BadEvidence(
                f"The manifest names the {what} {told}, what is filed {here}.", step=0
            )
    return case, rules


def _check_pinned(found: Sealed, mine: bytes | None) -> None:
    digest = found.manifest.files[sourcing_folder.RULE_SET].sha256
    if mine is not None and hashlib.sha256(mine).hexdigest() != digest:
        raise BadEvidence(
            f"The rule set in the file has the SHA-256 {digest}, yours another.",
            step=0,
            pointer=sourcing_folder.RULE_SET,
            remedy="Compare the two: a table or a threshold was changed under the same name.",
        )


def _check_certificates(found: Sealed, case: Case) -> str:  # step 11
    logged = 0
    for each in case.certificates.values():
        name = next(
            (
                folder + each.sha256 + ".json"
                for folder in (SIGNED[1], sourcing_folder.RECEIVED)
                if folder + each.sha256 + ".json" in found.manifest.files
            ),
            None,
        )
        if name is None:
            raise _refused(each, "is not in the file as the bytes that were signed")
        data = found.archive.read(name, most=credential.MAX_BYTES)
        _check_words(each, data)
        logged += _check_signature(found, each, data)
    received = len(case.certificates) - logged
    return f"{len(case.certificates)} say what was signed; {logged} in the log, {received} not"


def _check_words(told: Certificate, data: bytes) -> None:
    signed = credential.read(data)
    said = certificate_of(
        signed.subject, kind=signed.kind, id=told.id, sha256=told.sha256, supplier=told.supplier
    )
    bare = replace(
        told,
        signature_verdict=said.signature_verdict,
        revoked_on=said.revoked_on,
        superseded_by=said.superseded_by,
        signed_by=said.signed_by,
        signed_by_owner=said.signed_by_owner,
    )
    if credential.digest(data).hex() != told.sha256:
        raise _refused(told, "has other bytes than its digest says")
    if bare != said:
        wrong = next(name for name, value in vars(said).items() if getattr(bare, name) != value)
        raise _refused(told, f"says another {wrong} than was signed")


def _check_signature(found: Sealed, told: Certificate, data: bytes) -> bool:
    """Whether the log holds it; what the case says of its signature may not be better than that."""
    if told.signature_verdict in _CHECKED and not told.signed_by:
        raise _refused(told, f"is called {told.signature_verdict}, and nobody says by whom")
    case, digest = found.case, credential.digest(data)
    judged = case.judgements.get(digest)
    if judged is not None:
        if told.signature_verdict in _CHECKED and judged.verdict is Verdict.INVALID:
            raise _refused(told, f"is called {told.signature_verdict}, but {judged.reason}")
        if judged.verdict is Verdict.WITHDRAWN and told.revoked_on is None:
            case.report.doubts.append(
                f"Certificate {told.id} was taken back after the case was put together."
            )
        return True
    if told.signature_verdict in _CHECKED:
        signed = credential.read(data)
        credential.check(signed, public_key=case.keyring.resolve(signed.method))
        case.report.doubts.append(
            f"Certificate {told.id} ({b64u_encode(digest)}) is not in the log: its signature is"
            " good, and when it was made nothing proves."
        )
    return False


def _refused(told: Certificate, words: str) -> BadEvidence:
    return BadEvidence(
        f"Certificate {told.id} of {told.supplier_name} {words}.",
        step=0,
        pointer=f"/certificates/{told.id}",
    )


def _check_flags(case: Case, rules: RuleSet, serials: FiledSerials) -> None:
    """What contradicts itself within the file is told in it, open or resolved."""
    filed = {each.id for each in case.flags}
    told = {each.about for each in case.flags if each.kind == Clash.SERIALS}
    for agreed in serials.agreements:
        if agreed.mismatches and agreed.line not in told:
            raise BadEvidence(
                f"The serials of {agreed.line} do not agree, and no reason to know says so.",
                step=0,
                pointer="/flags",
            )
    standings = worst_standings(case=case, rules=rules)
    for each in contradictions(case=case, standings=standings):
        if each.id not in filed:
            raise BadEvidence(
                f"A reason to know is left out, about {each.about}: {each.says}.",
                step=0,
                pointer="/flags",
                remedy="Ask who made the file why it is not told.",
            )


def _told(found: Sealed) -> dict[str, object]:  # step 13
    return sourcing_folder.result_of(partial(read_json, found))


def _same(told: Mapping[str, object], computed: Mapping[str, object], part: str) -> None:
    """Refuse what is filed where it is not what the rules give, naming the first such place."""
    here, there = (told.get(part), computed.get(part)) if part else (told, computed)
    apart = difference(here, there, f"/{part}" if part else "")
    if apart is not None:
        where, filed, comes = apart
        raise BadEvidence(
            f"{where or 'The result'} is filed as {filed}; by the rules it is {comes}.",
            step=0,
            pointer=where,
            remedy="The file is not what its own inputs and rules give: ask who made it why.",
        )


def difference(filed: object, computed: object, where: str) -> tuple[str, str, str] | None:
    """Return the first place where two JSON values differ, and both values there in short."""
    if isinstance(filed, dict) and isinstance(computed, dict):
        for name in sorted(filed.keys() | computed.keys()):
            if name not in filed or name not in computed:
                return f"{where}/{name}", _short(filed.get(name)), _short(computed.get(name))
            found = difference(filed[name], computed[name], f"{where}/{name}")
            if found is not None:
                return found
        return None
    if isinstance(filed, list) and isinstance(computed, list) and len(filed) == len(computed):
        for place, (one, other) in enumerate(zip(filed, computed, strict=True)):
            found = difference(one, other, f"{where}/{place}")
            if found is not None:
                return found
        return None
    same = type(filed) is type(computed) and filed == computed
    return None if same else (where, _short(filed), _short(computed))


def _short(value: object) -> str:
    if isinstance(value, dict | list):
        return f"{len(value)} members"
    return "nothing" if value is None else f"{value}"[:80]


def _ratio(result: Result) -> str:
    figures = None if result.ratio is None else result.ratio.strict
    if figures is None:
        return f"none comes out, as filed: {result.words}"
    held, supported = result.held, figures.supported
    against = "no threshold" if held.percent is None else f"threshold {held.percent:f} %"
    return (
        f"{exact(supported)} ({shown(supported, held.percent):f} %) equals the ratio filed,"
        f" {len(result.steps)} steps; {against}: {result.words}"
    )
