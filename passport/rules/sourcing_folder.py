"""Where in the evidence file of a project each part of its case and of its result stands.

A part stands in one place only: what people read in a folder is what the ratio is computed from.
"""

from collections.abc import Callable, Mapping

from passport.rules.errors import Malformed

# Of this layout, and of the arithmetic that fills it.
VERSION = "1"
RULE_SET = "03_rules/rule_set.json"
SERIALS_TOLD = "05_serials/serials.json"
SERIAL_LISTS = "05_serials/lists/"
RECEIVED = "06_certificates/received/"
INPUTS = "11_calc/inputs.json"
RESULT = "11_calc/result.json"
SNAPSHOTS = "08_screening/snapshots.json"
EVENTS = "15_chain/events.json"
# Without these no file tells what was searched, and what happened to its records.
NEEDED = (RULE_SET, SERIALS_TOLD, SNAPSHOTS, EVENTS)

_CASE = {
    "project": "01_project/project.json",
    "lines": "04_bom/lines.json",
    "certificates": "06_certificates/certificates.json",
    "register": "07_entities/register.json",
    "flags": "12_reason_to_know/flags.json",
}
_RESULT = {
    "determinations": "07_entities/determinations.json",
    "reliances": "06_certificates/reliance.json",
    "steps": "11_calc/steps.json",
    "findings": "11_calc/findings.json",
}
_PARTS = "parts"


class NotInFolder(Malformed):
    """The list of parts names something else than the places of an evidence file."""

    code = "not-in-evidence-folder"
    title = "The parts of the file are not in their places"


def case_files(document: Mapping[str, object]) -> dict[str, object]:
    """The files that hold the document of a case, by name. [folder-1]"""
    return _parted(document, _CASE, INPUTS)


def case_of(read: Callable[[str], object]) -> dict[str, object]:
    """The document of a case, put together from its files; `read` gives the JSON of one.
    [folder-1] Refuses NotInFolder.
    """
    return _whole(read, _CASE, INPUTS)


def result_files(document: Mapping[str, object]) -> dict[str, object]:
    """The files that hold the document of a result, by name. [folder-2]"""
    return _parted(document, _RESULT, RESULT)


def result_of(read: Callable[[str], object]) -> dict[str, object]:
    """The document of a result, put together from its files. [folder-2] Refuses NotInFolder."""
    return _whole(read, _RESULT, RESULT)


def _parted(
    document: Mapping[str, object], places: Mapping[str, str], rest: str
) -> dict[str, object]:
    files = {places[name]: each for name, each in document.items() if name in places}
    others = {name: each for name, each in document.items() if name not in places}
    return files | {rest: others | {_PARTS: sorted(files)}}


def _whole(
    read: Callable[[str], object], places: Mapping[str, str], rest: str
) -> dict[str, object]:
    found = read(rest)
    listed = found.get(_PARTS) if isinstance(found, dict) else None
    named = {place: name for name, place in places.items()}
    if not isinstance(found, dict) or not isinstance(listed, list):
        raise NotInFolder(f"{rest} does not list its parts", pointer=f"/{rest}", remedy=_REMEDY)
    others = {name: each for name, each in found.items() if name != _PARTS}
    for place in listed:
        if not isinstance(place, str) or place not in named or named[place] in others:
            raise NotInFolder(
                f"{rest} names {place!r:.80} as a part of it",
                pointer=f"/{rest}",
                remedy=_REMEDY,
            )
        others[named[place]] = read(place)
    return others


_REMEDY = "take the file as the service made it"
