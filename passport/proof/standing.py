"""How a signature stands, and who says that a key is its issuer's."""

from enum import StrEnum


class Verdict(StrEnum):
    """Is a signature good, by the order of the log, and does its maker still stand by it?"""

    VALID = "VALID"
    SUSPECT = "SUSPECT"
    INVALID = "INVALID"
    WITHDRAWN = "WITHDRAWN"


class Voucher(StrEnum):
    """Who says that a key belongs to its issuer."""

    PINNED = "pinned"
    OWN_DOMAIN = "own domain"
    ENDORSED = "endorsed by the key before it"
    HOSTED = "hosted by this service"
    SERVICE = "this service"


# Those that do not come down to the service's own word.
PLAIN = (Voucher.PINNED, Voucher.OWN_DOMAIN, Voucher.ENDORSED)
