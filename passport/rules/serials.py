"""Serials that nobody can guess, and that people can read out, for makers without their own.

Who can guess the serial of the next battery can print its label before it exists, and count how
many are made. Fourteen characters of 23 carry 63 bits; the fifteenth is a check character.
"""

from passport.rules.errors import Malformed

# No two look alike: 0 O Q, 1 I L, 2 Z, 5 S, 8 B and V beside U are left out. 23 is a prime.
ALPHABET = "34679ACDEFGHJKMNPRTUWXY"
DRAWN = 14
LENGTH = DRAWN + 1
# So many random bytes that the remainder favours no serial by more than one in 2^64.
RANDOM_BYTES = 16
MOST_AT_ONCE = 10_000


class WrongCount(Malformed):
    """So many serials are not issued at once."""

    code = "wrong-count-of-serials"
    title = "So many serials are not issued at once"


def check_count(*, count: int) -> None:
    """How many serials are issued at once. [serial-1] Refuses WrongCount."""
    if not 1 <= count <= MOST_AT_ONCE:
        raise WrongCount(
            f"{count} serials are asked for",
            pointer="/count",
            remedy=f"ask for 1 to {MOST_AT_ONCE}, several times where needed",
        )


def derive(*, random: bytes) -> str:
    """The serial of 16 random bytes: 15 characters that a GS1 serial (21) may have. [serial-2]"""
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"{RANDOM_BYTES} random bytes are due, not {len(random)}")
    rest, body = int.from_bytes(random, "big"), ""
    for _ in range(DRAWN):
        rest, place = divmod(rest, len(ALPHABET))
        body += ALPHABET[place]
    return body + check_character(body)


def check_character(body: str) -> str:
    """What follows these characters: a sum weighted 2, 3, 4, … that ends a multiple of 23.

    Weights differ and 23 is a prime, so one wrong character, or any two swapped, never pass.
    """
    total = sum(weight * ALPHABET.index(each) for weight, each in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]
