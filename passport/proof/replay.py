"""Step 5 of verifying a bundle: the key events in the order of the log."""

from passport.proof import keyevent
from passport.proof.case import Case
from passport.proof.errors import BadBundle
from passport.proof.report import KeyFound


def check_keys(case: Case) -> str:
    """Replay key events: each shown, and signed by a key that may.

    That it stands in the chain of its issuer, its entry says by itself (proof.leaf).
    """
    count = 0
    for index, entry in case.leaves.items():
        if entry.kind != "key":
            continue
        data = case.shown(index)
        if data is None:
            raise BadBundle(f"The key event at {index} is not shown.", step=5)
        event = keyevent.read(data, resolve_key=case.keyring.resolve_unrevoked)
        if entry.method != event.credential.method:
            raise BadBundle(f"Entry {index} names another signer than its document.", step=5)
        case.keyring.take(event, index=index)
        count += 1
    case.keyring.settle(origin=case.head.origin)
    case.report.keys = [
        KeyFound(method=each.method, voucher=each.voucher, in_force=each.in_force, note=each.note)
        for each in case.keyring.known.values()
    ]
    return f"{count} key events replayed, {len(case.keyring.known)} keys"
