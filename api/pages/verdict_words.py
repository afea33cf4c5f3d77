"""The words of a verdict: what the file supports, what speaks against it, what would help."""

from django.utils.translation import gettext_lazy as _

# Shape, tone, words; the rule set is named after them.
VERDICTS = {
    "SUPPORTED": ("◆", "proven", _("Supported by this file under rule set {rules}")),
    "NOT_SUPPORTED": ("■", "refused", _("Not supported by this file under rule set {rules}")),
    "NOT_APPLICABLE": ("○", "quietly", _("Threshold not applicable under rule set {rules}")),
    "NO_THRESHOLD": ("▲", "attention", _("No threshold in rule set {rules}")),
}
REASONS = {
    "BELOW_THRESHOLD": _("The supported ratio is below the threshold."),
    "TAXPAYER_PROHIBITED": _("The taxpayer is itself a prohibited foreign entity."),
    "TAXPAYER_NOT_SHOWN": _("What the taxpayer itself is has not been shown."),
    "NO_DAY": _("The file does not say when construction began, or when the component was sold."),
    "NO_TABLE": _("The rule set has no table of percentages for this credit and nameplate."),
    "NOTHING_COUNTED": _("Nothing in the bill of materials counts."),
    "NOTHING_STORES": _("No line is of the product that stores the energy."),
    "IDENTIFICATION_NOT_ELECTED": _("Assigned percentages go with the Identification safe harbor."),
    "METHODS_MIXED": _("Assigned percentages and actual costs are not mixed: elect one of them."),
}
# What is the matter, and what to do.
DOUBTS = {
    "PROHIBITED": (
        _("{about} is a prohibited foreign entity."), _("Only another maker changes this."),
    ),
    "CERTIFIED": (
        _("A certificate says that part of {about} is of prohibited make."),
        _("Only another source changes this."),
    ),
    "ASSIGNED": (
        _("What was assigned without tracking is a tenth of the whole or more."),
        _("Track these by serial."),
    ),
    "FLAGGED": (
        _("A reason to know is open: {about}"), _("Look into it, and resolve it with a reason."),
    ),
    "UNKNOWN": (
        _("What {about} is has not been shown."),
        _("Tell its owners, lenders and officers, or bring a certificate of the direct supplier."),
    ),
    "NO_MAKER": (_("Nobody says who made {about}."), _("Name its producer.")),
    "NOT_STATED": (
        _("No line says who made {about}."),
        _("Add a line for it, or bring a certificate for the whole product."),
    ),
    "UNCOVERED": (
        _("The lines of {about} fall short of the nameplate of the product."),
        _("Add the lines that are missing."),
    ),
    "UNPRICED": (
        _("{about}, a prohibited foreign entity, made part of it, at a cost nobody certifies."),
        _("Bring a certificate of direct costs, or change the maker."),
    ),
}  # fmt: skip
NOTICES = {
    "CONTRACT_ELECTION": _(
        "The election for existing contracts changes nothing for this credit: no ratio is asked of"
        " a construction begun that early."
    ),
    "CERTIFICATES_UNUSED": _(
        "Certificates are in the file, and the Certification safe harbor is not elected: none was"
        " relied upon."
    ),
    "PRODUCT_ABSENT": _("Not part of the property, and so in neither sum: {about}"),
    "ASSIGNED_TOO_MUCH": _(
        "What was assigned without tracking is a tenth of the direct costs or more: it counts as"
        " prohibited."
    ),
    "RESOLVED": _(
        "A reason to know was raised and resolved: read in the file by whom, and why. {about}"
    ),
    "FREIGHT_APART": _("Freight is told apart, and is not in the ratio."),
    "DUTY_COUNTED": _("Duty is counted as part of the cost."),
    "LENIENT_DIFFERS": _(
        "Open question: whether a product of a prohibited maker taints what others made inside it."
        " The verdict follows the strict reading."
    ),
    "INTERIM_ENDED": _("Construction begins after the interim rules end."),
}
FORMULAS = {
    "ROW": _("percentage of the row"),
    "WHOLE_ROW": _("the row, as good as the worst of its lines"),
    "WEIGHT": _("nameplates, or numbers, of the lines of a row"),
    "PART": _("row × share of the line"),
    "COST": _("sum of amount × rate"),
    "WHOLE_COST": _("all of the cost"),
    "CERTIFIED_PART": _("cost × certified part"),
    "SUM_ALL": _("A: sum of all pieces"),
    "SUM_PROHIBITED": _("B: sum of what is prohibited or not shown to be clean"),
    "SUM_KNOWN": _("B: sum of what is known to be prohibited"),
    "RATIO": _("(A − B) / A"),
    "THRESHOLD": _("percentage of the year"),
    "CONTENT": _("sum of the rows of the United States"),
}
