"""Whether a key is its issuer's by the word of the issuer's own domain, and whose domain it is."""

from collections.abc import Iterable

from passport.proof import canonical, did, keys
from passport.proof.policy import Policy

# A verifier has no clock that it could trust: an end of any date is an end.
_ENDED = {"revoked", "expires"}


def service_hosts(*, policy: Policy, origin: str) -> frozenset[str]:
    """Return the hosts that the operator answers for: of its logs and of its record keys.

    ``origin`` is that of the checkpoint shown. A DID document from there vouches for nothing: the
    operator writes it.
    """
    logs = {each.partition("/")[0].partition(":")[0] for each in (origin, *policy.logs)}
    records = {_host(did.parse_did(issuer).host) for issuer, _ in policy.records}
    return frozenset(logs | records)


def _host(host: str) -> str:
    return host.partition(":")[0]


def is_on(*, name: str, hosts: Iterable[str]) -> bool:
    """Tell whether a did:web name lies on one of these hosts, or below one."""
    host = _host(did.parse_did(name).host)
    return any(host == each or host.endswith("." + each) for each in hosts)


def lists(document: bytes, *, name: str, method: str, public_key: bytes) -> bool:
    """Tell whether a DID document lists this key for assertions, and in force (CID 1.0 §2.2)."""
    value = canonical.loads(document)
    if not isinstance(value, dict) or value.get("id") != name:
        return False
    methods, assertions = value.get("verificationMethod"), value.get("assertionMethod")
    wanted = {"id": method, "type": "Multikey", "controller": name}
    wanted["publicKeyMultibase"] = keys.multikey_encode(public_key)
    return (
        isinstance(methods, list)
        and isinstance(assertions, list)
        and method in assertions
        and any(
            isinstance(each, dict) and {**each, **wanted} == each and not _ENDED & each.keys()
            for each in methods
        )
    )
