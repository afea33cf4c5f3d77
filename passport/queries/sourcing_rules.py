"""The rule sets that this service keeps: one file each, by their names."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from passport.rules.errors import NotFound
from passport.rules.sourcing_rules import RuleSet, rule_set

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "reference"


class NoSuchRuleSet(NotFound):
    """No rule set of that name is kept."""

    code = "no-such-rule-set"
    title = "No rule set of this name is known here"


@cache
def _files() -> Mapping[str, tuple[RuleSet, bytes]]:
    kept = {}
    for path in sorted(FOLDER.glob("feoc_*.json")):
        data = path.read_bytes()
        rules = rule_set(json.loads(data))
        kept[rules.id] = rules, data
    return kept


def all_sets() -> list[RuleSet]:
    """Every rule set, oldest first."""
    return sorted((rules for rules, _ in _files().values()), key=lambda each: each.published_on)


def newest() -> RuleSet:
    """What a project that begins today is judged by."""
    return all_sets()[-1]


def rules_of(id: str) -> RuleSet:
    """The rule set of a name, however old: a project keeps its own. Refuses NoSuchRuleSet."""
    return _file(id)[0]


def document_of(id: str) -> bytes:
    """The bytes of that rule set, for an evidence file. Refuses NoSuchRuleSet."""
    return _file(id)[1]


def _file(id: str) -> tuple[RuleSet, bytes]:
    if id not in _files():
        raise NoSuchRuleSet(
            f"the rule set {id} is not kept", remedy="name one of: " + ", ".join(_files())
        )
    return _files()[id]
