"""Which attestations build upon which: the chain from a battery's origin down to its materials."""

from collections.abc import Iterable, Mapping

from passport.proof.case import Case
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.standing import Verdict


def materials_of(claims: Mapping[str, object]) -> list[Mapping[str, object]]:
    """Return what a claim says a battery or lot is made of."""
    value = claims.get("materials")
    return value if isinstance(value, list) else []


def upstream_of(claims: Mapping[str, object]) -> list[str]:
    """Return the digests, as text, of the attestations that a claim says it builds upon."""
    value = claims.get("upstream")
    return value if isinstance(value, list) else []


def named_by(claims: Mapping[str, object]) -> list[str]:
    """Return the digests, as text, of all attestations that a claim names: its materials' too."""
    materials = [str(each["attestation"]) for each in materials_of(claims) if "attestation" in each]
    return upstream_of(claims) + materials


class Graph:
    """Which attestation shown names which others; no digest can name itself."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._named: dict[bytes, set[str]] = {}
        for digest, signed in case.credentials.items():
            common = signed.subject.get("common")
            self._named[digest] = {*named_by(signed.subject)}
            self._named[digest].update(named_by(common) if isinstance(common, dict) else ())
        for items in case.items.values():
            for digest, claims in items.items():
                # What all items share stands in the batch, and was taken there.
                if "upstream" in claims or "materials" in claims:
                    self._named[digest].update(named_by(claims))
        self._known = {b64u_encode(digest) for digest in case.credentials}

    def names(self, digest: bytes) -> set[str]:
        """Return the digests, as text, that an attestation and its items shown build upon."""
        return self._named.get(digest, set())

    def parted(self) -> tuple[set[str], set[str]]:
        """Return which of the attestations named are shown, and which are not."""
        named = {each for several in self._named.values() for each in several}
        return named & self._known, named - self._known

    def stands(self, name: str) -> bool:
        """Tell whether an attestation is shown, by the text of its digest, and VALID."""
        if name not in self._known:
            return False
        return self._case.judgements[b64u_decode(name)].verdict is Verdict.VALID

    def depth(self, first: Iterable[bytes]) -> int:
        """How many attestations deep the longest chain goes that begins at one of these."""
        depths: dict[bytes, int] = {}
        waiting = [each for each in first if self.stands(b64u_encode(each))]
        roots = list(waiting)
        while waiting:
            digest = waiting[-1]
            if digest in depths:
                waiting.pop()
                continue
            below = [b64u_decode(each) for each in self.names(digest) if self.stands(each)]
            unknown = [each for each in below if each not in depths]
            waiting.extend(unknown)
            if not unknown:
                depths[digest] = 1 + max((depths[each] for each in below), default=0)
        return max((depths[each] for each in roots), default=0)
