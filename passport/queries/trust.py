"""A trust file to begin with: keys as this service knows them, to be held against their owners.

It comes from whom the reader is about to check, so it can prove nothing. Lines of makers' keys are
left out until the reader has got them from the makers themselves.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

from django.conf import settings

from passport.models import KeyCustody, Party, SigningKey
from passport.proof.keys import multikey_encode

_HEAD = """\
# A TEMPLATE, AND ADVICE ONLY. It comes from the service that you are about to check.
# Hold every line against what its owner says somewhere else. From then on the file is yours: keep
# it, and ask nobody for it again.
"""
_OURS = """
# The log, its witnesses, and the key with which the service signs its records. Ask the operator and
# each witness, and compare with what others keep. Strike out witnesses that you do not know to be
# independent. Of several log lines the last is the log's name now; keep the older ones before it.
"""
_MAKERS = """
# Makers. Get each key from the maker itself: from its own domain, from a contract, by telephone.
# When it is the same, take away the "# " in front of the line. Until then the verifier says that
# only this service vouches for the key.
"""
_NOTHING = "# The operator has named no keys here.\n"
_HELD = "# This service holds the next key itself: to pin it changes nothing.\n"


def template(*, dids: Collection[str]) -> str:
    """The text of a trust file for bundles that show keys of these issuers.

    An issuer's first keys are named; those that replaced them stand by signed events.
    """
    place = Path(settings.PASSPORT_POLICY)
    ours = place.read_text(encoding="utf-8") if place.exists() else _NOTHING
    return "".join((_HEAD, _OURS, ours, _MAKERS, *_issuers(dids)))


def _issuers(dids: Collection[str]) -> Iterator[str]:
    names = dict(Party.objects.filter(did__in=dids).values_list("did", "name"))
    rows = SigningKey.objects.filter(did__in=dids, replaces__isnull=True).order_by("did", "id")
    for row in rows:
        name = names.get(row.did, "somebody").replace("\n", " ")
        yield f"# {name}, key {row.method.partition('#')[2]} of {row.enrolled_at:%Y-%m-%d}:\n"
        if row.custody == KeyCustody.HOSTED:
            yield _HELD
        yield f"# issuer {row.did} {multikey_encode(bytes(row.public_key))}\n"
