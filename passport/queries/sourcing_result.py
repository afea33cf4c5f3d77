"""What the file of a project comes to as of a day, under the rule set that the project keeps."""

from passport.queries.sourcing_rules import rules_of
from passport.rules.sourcing_case import Case
from passport.rules.sourcing_rules import RuleSet
from passport.rules.sourcing_verdict import Result, judge


def judged(case: Case) -> tuple[Result, RuleSet]:
    """A case judged by the rule set that it names, and that one. Refuses NoSuchRuleSet."""
    rules = rules_of(case.rule_set)
    return judge(case=case, rules=rules), rules
