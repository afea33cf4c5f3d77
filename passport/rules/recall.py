"""Who calls batteries back, what a recall says, and what nobody does with a recalled battery."""

from collections.abc import Collection, Hashable, Sequence

from passport.rules.errors import Conflict, Malformed, NotAllowed, NotFound


class NotYoursToRecall(NotAllowed):
    """A maker recalls what it made; an authority recalls what any maker made."""

    code = "not-yours-to-recall"
    title = "Only the maker or an authority recalls a battery"


class RecallOfNothing(Malformed):
    """A recall names lots, models or batteries, and says why."""

    code = "recall-of-nothing"
    title = "The recall does not say of what, or why"


class NoticeNotSecure(Malformed):
    """The notice stands at an https address, which everybody may follow from a passport."""

    code = "notice-not-secure"
    title = "This is no https address"


class NoSuchBatteries(NotFound):
    """The maker has registered nothing of this lot, model or serial."""

    code = "no-such-batteries"
    title = "The maker has no such batteries"


class SeveralBatteries(Conflict):
    """A serial is unique within a model, not within a maker."""

    code = "several-batteries"
    title = "Several batteries of the maker have this serial"


class RecallClosed(Conflict):
    """What is closed is not closed again; a new danger is a new recall."""

    code = "recall-closed"
    title = "The recall is closed already"


class UnderRecall(Conflict):
    """A battery under an open safety recall, or with one inside, goes nowhere but out."""

    code = "under-recall"
    title = "The battery is under an open safety recall"


MOST_NAMED = 10_000
MOST_LOTS = 1_000


def check_opener(*, roles: Collection[str], maker: Hashable, by: Hashable) -> None:
    """A maker recalls its own; an authority anybody's. [recall-1, Art. 79 to 81]

    Refuses NotYoursToRecall.
    """
    if "AUTHORITY" in roles or ("MAKER" in roles and maker == by):
        return
    raise NotYoursToRecall(
        "the recall is of batteries that another party made",
        pointer="/maker",
        remedy="tell their maker, or the authority, what you found",
    )


def check_notice(*, url: str) -> None:
    """A link that a public page shows leads to the web, safely, or is left out. [recall-5]

    Refuses NoticeNotSecure.
    """
    if url and (not url.startswith("https://") or len(url.split()) != 1):
        raise NoticeNotSecure(
            f"{url[:60]} is no https address",
            pointer="/notice_url",
            remedy="write it as in https://maker.example/recall-7, or leave it out",
        )


def check_scope(
    *, reason: str, lots: Sequence[str], models: Sequence[object], named: Sequence[object]
) -> None:
    """A recall is of something, and says why. [recall-2] Refuses RecallOfNothing."""
    if not reason.strip():
        raise RecallOfNothing(
            "the recall gives no reason",
            pointer="/reason",
            remedy="say in a sentence what is dangerous, for whoever holds one",
        )
    if not (lots or models or named):
        raise RecallOfNothing(
            "the recall names no lot, no model and no battery",
            pointer="/lots",
            remedy="name at least one of them",
        )
    if len(lots) > MOST_LOTS:
        raise RecallOfNothing(
            f"the recall names {len(lots):,} lots",
            pointer="/lots",
            remedy=f"name models, or at most {MOST_LOTS:,} lots",
        )
    check_named(count=len(named), pointer="/batteries")


def check_named(*, count: int, pointer: str) -> None:
    """So many are named one by one, and no more. [recall-2] Refuses RecallOfNothing."""
    if count > MOST_NAMED:
        raise RecallOfNothing(
            f"the recall names {count:,} batteries one by one",
            pointer=pointer,
            remedy=f"name lots or models, and at most {MOST_NAMED:,} single batteries",
        )


def check_closer(
    *, roles: Collection[str], opened_by: Hashable, by: Hashable, open_: bool, because: str
) -> None:
    """Who opened it closes it, or an authority; once, and with a reason. [recall-3]

    Refuses NotYoursToRecall, RecallClosed, RecallOfNothing.
    """
    if by != opened_by and "AUTHORITY" not in roles:
        raise NotYoursToRecall(
            "another party opened the recall", remedy="ask it, or the authority, to close it"
        )
    if not open_:
        raise RecallClosed(
            "the recall was closed before", remedy="open another one for a new danger"
        )
    if not because.strip():
        raise RecallOfNothing(
            "the recall is closed without a word",
            pointer="/because",
            remedy="say what makes the batteries safe again, or where they all went",
        )


def check_not_recalled(*, recalled: bool, pointer: str = "") -> None:
    """What is under an open recall is not built in, and not taken for another use. [recall-4]

    Refuses UnderRecall.
    """
    if recalled:
        raise UnderRecall(
            "a safety recall of the battery, or of one inside it, is open",
            pointer=pointer,
            remedy="do what the recall says first; its maker or the authority closes it",
        )
