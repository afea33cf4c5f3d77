"""The words that stand behind `bat:` in our events, each with what it means."""

from typing import Final

# What a sensor report is of, and steps and kinds of our own, with a capital where it is a class.
WORDS: Final = {
    "StateOfHealth": "the fraction of its rated capability that a battery has left",
    "ResistanceRatio": "its internal resistance by that when it was new",
    "Capacity": "the charge that it holds now",
    "EquivalentFullCycles": "its throughput in full cycles",
    "MinimumCellVoltage": "the voltage of its lowest cell",
    "CellVoltageSpread": "the voltage between its highest and its lowest cell",
    "IsolationResistancePerVolt": "its insulation resistance, in ohm a volt",
    "SelfDischargePerMonth": "the charge that it loses by itself in a month",
    "ModuleHealthSpread": "the state of health between its best and its worst module",
    "HighestTemperature": "the highest temperature that it met",
    "StateOfHealthEnergy": "the fraction of its rated energy that it still takes",
    "CertifiedEnergyLeft": "the fraction of its certified energy that it still takes (SOCE)",
    "method": "below it: how a state of health was found",
    "party": "below it: a party, by its name here",
    "model": "below it: the batteries of one model, by its maker and its code",
    "component": "parts that no event names one by one",
    "material": "below it: what a treatment gave, and what became of it",
    "battery": "a battery, as a class where it is of a file, or the part that was placed",
    "event": "what happened has no kind in the standard",
    "kind": "the kind of the native event that this one tells of",
    "recorder": "the party that recorded it",
    "digest": "the digest of its logged words",
    "facts": "further particulars of it",
    "level": "cell, module, pack or system",
    "placed": "which parts went where",
    "position": "the place of a part in its whole",
    "routing": "a retired battery was offered a way on, and it was accepted",
    "regrading": "a battery was graded for another use",
    "repurposing": "a battery, or several, became another one",
    "recycling": "a battery was treated, and went into fractions",
    "merging": "two records of one battery have become one",
    "offer": "the offer under which a battery moved",
    "handOver": "the hand-over by which a battery moved",
}
_RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"


def vocabulary(*, stem: str) -> dict[str, object]:
    """The words as JSON-LD; `stem` is what `bat:` stands for. Facts of events have their names."""
    context = {"bat": stem, "rdfs": _RDFS, "comment": "rdfs:comment", "label": "rdfs:label"}
    words = [{"@id": f"bat:{word}", "label": word, "comment": told} for word, told in WORDS.items()]
    return {"@context": context, "@graph": words}
