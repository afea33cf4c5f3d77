"""What the dangerous-goods statement of a shipment must hold, for what is inside and how it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from passport.rules.dangerous_goods_table import Condition, Family, Number, Packing, Table
from passport.rules.errors import Refusal

_AT = "/dangerous_goods"
# In which conditions a battery may be that something has happened to.
_HARMED = (Condition.DAMAGED, Condition.DAMAGED_CRITICAL, Condition.NOT_KNOWN)


class StatementMissing(Refusal):
    """Batteries of lithium or sodium are carried with a statement, or not at all."""

    code = "dangerous-goods-not-stated"
    title = "The dangerous-goods statement is missing"


class MixedChemistries(Refusal):
    """One shipment has one entry of the list of dangerous goods."""

    code = "mixed-chemistries"
    title = "These batteries travel under different UN numbers"


class NotInTheTable(Refusal):
    """The table knows lithium and sodium batteries alone."""

    code = "chemistry-not-in-the-table"
    title = "The table of dangerous goods has no such chemistry"


class WrongUnNumber(Refusal):
    """The UN number is for other batteries, or not in force."""

    code = "un-number-does-not-fit"
    title = "The UN number does not fit what is inside"


class ConditionDoesNotFit(Refusal):
    """The condition does not go with the number, or with what is known of the batteries."""

    code = "condition-does-not-fit"
    title = "The condition does not fit"


class WrongPacking(Refusal):
    """The packing instruction is for batteries in another condition."""

    code = "packing-instruction-does-not-fit"
    title = "The packing instruction does not fit the condition"


class WrongProvisions(Refusal):
    """A special provision is missing, or is for batteries in another condition."""

    code = "special-provisions-do-not-fit"
    title = "The special provisions do not fit the condition"


class NotAssessed(Refusal):
    """Somebody who may judge has to say how damaged batteries are."""

    code = "not-assessed"
    title = "Nobody is named who has judged the damage"


@dataclass(frozen=True, slots=True)
class Inside:
    """Batteries of a shipment that are alike: chemistry, level, energy when new, waste or not.

    `harmed`: an incident stands on its record, and no repair after it.
    """

    chemistry: str
    level: str
    energy_kwh: Decimal
    waste: bool = False
    harmed: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """What the giver says; an instruction and provisions left out are filled in where they can."""

    un_number: str
    condition: Condition
    packing_instruction: str = ""
    special_provisions: tuple[str, ...] = ()
    assessed_by: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A statement that holds, with what papers and labels say besides, and by which table."""

    statement: Statement
    name: str
    hazard_class: str
    label: str
    table: str

    def words(self) -> dict[str, object]:
        """The case as it is kept, and as the events of the hand-over name it."""
        return {
            "unNumber": self.statement.un_number,
            "name": self.name,
            "class": self.hazard_class,
            "label": self.label,
            "condition": self.statement.condition.value,
            "packingInstruction": self.statement.packing_instruction,
            "specialProvisions": list(self.statement.special_provisions),
            "assessedBy": self.statement.assessed_by,
            "table": self.table,
        }


def check_statement(
    *, statement: Statement | None, inside: Iterable[Inside], table: Table, on: date
) -> Case | None:
    """The case of dangerous goods that a shipment is; None where the table knows nothing of it.

    Of batteries whose chemistry nobody knows the giver says what they are, or nothing.
    [dangerous-goods-1, ADR 3.2, 3.3, 4.1.4] Refuses StatementMissing, MixedChemistries,
    NotInTheTable, WrongUnNumber, ConditionDoesNotFit, WrongPacking, WrongProvisions, NotAssessed;
    each says what would be right.
    """
    contents = tuple(inside)
    family = _family(contents, table)
    if statement is None and family is None:
        return None
    if statement is None:
        raise StatementMissing(
            "lithium and sodium batteries are dangerous goods",
            pointer=_AT,
            remedy=f"state UN number and condition: {_said(_numbers(family, table, on))}; "
            f"conditions are {', '.join(Condition)}",
        )
    number = _number(statement, family, contents, table=table, on=on)
    packing = _packing(statement, number, contents, table=table, on=on)
    freed = _travels_as_small(statement, contents, family, table=table)
    provisions = _provisions(statement, packing, freed=freed)
    if freed:
        instruction = _no_instruction(statement, because=f"provision {table.small.provision}")
    else:
        instruction = _instruction(statement, packing)
    _check_assessed(statement, packing)
    told = Statement(
        number.un, statement.condition, instruction, provisions, statement.assessed_by.strip()
    )
    return Case(told, number.name, number.hazard_class, number.label, table.version)


def suggest(*, inside: Iterable[Inside], table: Table, on: date) -> Statement | None:
    """What a form begins with: the number of batteries by themselves, waste where one is.

    In which condition others are, and what an incident happened to, is not known before somebody
    says it. None where chemistries are mixed or not in the table.
    """
    contents = tuple(inside)
    families = {table.family_of(each.chemistry) for each in contents if each.chemistry}
    family = families.pop() if len(families) == 1 else None
    numbers = _numbers(family, table, on)
    if not numbers:
        return None
    waste = any(each.waste for each in contents) and not any(each.harmed for each in contents)
    condition = Condition.WASTE if waste else Condition.NOT_KNOWN
    packing = table.packings_for(carried=numbers[0].carried, on=on)[condition]
    return Statement(numbers[0].un, condition, packing.instructions[0], packing.needs)


def _family(inside: Sequence[Inside], table: Table) -> Family | None:
    said = {each.chemistry for each in inside if each.chemistry}
    found = {chemistry: table.family_of(chemistry) for chemistry in said}
    if len(set(found.values())) > 1:
        kinds = ", ".join(sorted({str(family or "others") for family in found.values()}))
        raise MixedChemistries(
            f"the shipment holds {', '.join(sorted(found))}, which are {kinds}",
            pointer="/batteries",
            remedy="make a shipment of each kind; one pallet has one dangerous-goods entry",
        )
    return next(iter(found.values()), None)


def _numbers(family: Family | None, table: Table, on: date) -> tuple[Number, ...]:
    return () if family is None else table.numbers_for(family=family, on=on)


def _number(
    statement: Statement,
    family: Family | None,
    inside: Sequence[Inside],
    *,
    table: Table,
    on: date,
) -> Number:
    named = sorted({each.chemistry for each in inside if each.chemistry})
    if family is None and named:
        raise NotInTheTable(
            f"the table says nothing of {', '.join(named)}",
            pointer=_AT,
            remedy="leave the statement out, and give the carrier its papers apart from this",
        )
    possible = table.numbers_on(on) if family is None else _numbers(family, table, on)
    found = next((each for each in possible if each.un == statement.un_number), None)
    if found is None:
        kind = "any" if family is None else family.value.lower().replace("_", " ")
        raise WrongUnNumber(
            f"UN {statement.un_number[:20]} is no number for {kind} batteries on {on}",
            pointer=f"{_AT}/un_number",
            remedy=f"use one of: {_said(possible)}",
        )
    return found


def _packing(
    statement: Statement, number: Number, inside: Sequence[Inside], *, table: Table, on: date
) -> Packing:
    packings = table.packings_for(carried=number.carried, on=on)
    if statement.condition not in packings:
        raise ConditionDoesNotFit(
            f"UN {number.un} is not for batteries that are {_words(statement.condition)}",
            pointer=f"{_AT}/condition",
            remedy=f"under UN {number.un}: {', '.join(packings)}; else take them out and state "
            "them by themselves",
        )
    if statement.condition in (Condition.SOUND, Condition.PROTOTYPE) and any(
        each.waste for each in inside
    ):
        raise ConditionDoesNotFit(
            f"a battery that is waste does not travel as {_words(statement.condition)}",
            pointer=f"{_AT}/condition",
            remedy="say WASTE, or how it is damaged",
        )
    if statement.condition not in _HARMED and any(each.harmed for each in inside):
        raise ConditionDoesNotFit(
            "an incident stands on the record of a battery, so it does not travel as "
            f"{_words(statement.condition)}",
            pointer=f"{_AT}/condition",
            remedy=f"say {', '.join(_HARMED)}; or record its repair, or declare the incident wrong",
        )
    return packings[statement.condition]


def _travels_as_small(
    statement: Statement, inside: Sequence[Inside], family: Family | None, *, table: Table
) -> bool:
    small = table.small
    if small.provision not in statement.special_provisions:
        return False
    if statement.condition is not small.condition:
        return False
    if family in small.families and all(_is_small(each, table) for each in inside):
        return True
    raise WrongProvisions(
        f"provision {small.provision} frees cells up to {small.cell_kwh} kWh and batteries up to "
        f"{small.battery_kwh} kWh; here is a larger one, or one whose lithium is not known",
        pointer=f"{_AT}/special_provisions",
        remedy=f"leave {small.provision} out, and state a packing instruction",
    )


def _is_small(each: Inside, table: Table) -> bool:
    most = table.small.cell_kwh if each.level == "CELL" else table.small.battery_kwh
    return each.energy_kwh <= most


def _instruction(statement: Statement, packing: Packing) -> str:
    if not packing.instructions:
        return _no_instruction(statement, because="what is carried like this")
    given = statement.packing_instruction
    if given in packing.instructions:
        return given
    if not given and len(packing.instructions) == 1:
        return packing.instructions[0]
    said = f"{given[:20]} is not for" if given else "no packing instruction is stated for"
    raise WrongPacking(
        f"{said} batteries that are {_words(statement.condition)}",
        pointer=f"{_AT}/packing_instruction",
        remedy=f"state {' or '.join(packing.instructions)}",
    )


def _no_instruction(statement: Statement, *, because: str) -> str:
    if statement.packing_instruction:
        raise WrongPacking(
            f"no packing instruction is for {because}",
            pointer=f"{_AT}/packing_instruction",
            remedy=f"leave {statement.packing_instruction[:20]} out",
        )
    return ""


def _provisions(statement: Statement, packing: Packing, *, freed: bool) -> tuple[str, ...]:
    given = statement.special_provisions or packing.needs
    strange = [each for each in given if each not in (*packing.needs, *packing.may)]
    missing = [each for each in packing.needs if each not in given and not freed]
    if not strange and not missing:
        return tuple(sorted(set(given), key=int))
    wrong = [f"{each[:10]} is not for" for each in strange] + [
        f"{each} is missing for" for each in missing
    ]
    also = f", and where they apply {', '.join(packing.may)}" if packing.may else ""
    raise WrongProvisions(
        f"provision {wrong[0]} batteries that are {_words(statement.condition)}",
        pointer=f"{_AT}/special_provisions",
        remedy=f"state {' and '.join(packing.needs)}{also}",
    )


def _check_assessed(statement: Statement, packing: Packing) -> None:
    if packing.assessed and not statement.assessed_by.strip():
        raise NotAssessed(
            f"who has judged that they are {_words(statement.condition)} is not said",
            pointer=f"{_AT}/assessed_by",
            remedy="name the maker's criteria or the expert; where nobody has judged, say "
            "NOT_KNOWN",
        )


def _said(numbers: Sequence[Number]) -> str:
    return ", ".join(f"{each.un} ({each.says})" for each in numbers)


def _words(condition: Condition) -> str:
    return {
        Condition.DAMAGED: "damaged and not critical",
        Condition.DAMAGED_CRITICAL: "damaged and critical",
        Condition.NOT_KNOWN: "in a condition that nobody knows",
    }.get(condition, condition.value.lower())
