"""Step 6 of verifying a bundle: the record, in which the service signs what it answers."""

from collections.abc import Callable

from passport.proof import credential
from passport.proof.bundle import as_of, asked
from passport.proof.case import Case
from passport.proof.credential import RECORD, Credential
from passport.proof.errors import BadBundle, BadSignature

_TERMS = {"batteries", "asOf", "entries", "keyEvents", "components", "shown"}


def check_record(case: Case) -> str:
    """Hold the record against what is shown: checkpoint, entries, batteries, components."""
    record = opened(case)
    subject = record.subject
    if record.kind != RECORD or subject.keys() - {"title"} != _TERMS:
        raise BadBundle("The record does not have exactly its terms.", step=6)
    if subject["asOf"] != as_of(case.head):
        raise BadBundle("The record was made under another checkpoint.", step=6)
    contents = case.bundle.contents
    keys = [index for index, entry in case.leaves.items() if entry.kind == "key"]
    rest = [index for index, entry in case.leaves.items() if entry.kind != "key"]
    if subject["keyEvents"] != keys or subject["entries"] != rest:
        raise BadBundle("The entries shown are not those that the record lists.", step=6)
    if subject["batteries"] != asked(contents):
        raise BadBundle("The record names batteries out of order, or with other salts.", step=6)
    count = sum(len(each) for each in contents.components.values())
    if subject["components"] != {"count": count, "digest": case.bundle.components_digest}:
        raise BadBundle("The components shown are not those that the record signs.", step=6)
    if subject["shown"] != case.bundle.shown_digest:
        raise BadBundle("Something was added to, or dropped from, what the record shows.", step=6)
    return f"signed by {record.method} at {record.created}"


def _always(public_key: bytes) -> Callable[[str], bytes]:
    return lambda method: public_key


def opened(case: Case) -> Credential:
    """Return the record, signed by a key that the policy lists for its issuer."""
    claimed = credential.read(case.bundle.record)
    candidates = [key for issuer, key in case.policy.records if issuer == claimed.issuer]
    for key in candidates:
        try:
            return credential.verify(case.bundle.record, resolve_key=_always(key))
        except BadSignature:
            continue
    raise BadBundle(
        f"The record is not signed by a key that the policy lists for {claimed.issuer}.",
        step=6,
        remedy="Add a `record` line to the trust file, with the key from a source you trust.",
    )
