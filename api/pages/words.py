"""The words and shapes of the pages for what the registry writes as codes."""

from django.utils.translation import gettext_lazy as _

# Shape, word, tone. The shape alone carries the meaning when colour is lost.
STATES = {
    "REGISTERED": ("○", _("registered"), "quietly"),
    "IN_SERVICE": ("●", _("in service"), ""),
    "RETIRED": ("▲", _("retired"), "attention"),
    "RECYCLED": ("■", _("recycled"), "quietly"),
    "MERGED": ("□", _("goes on under another name"), "quietly"),
    "OFFERED": ("○", _("waiting for an answer"), "attention"),
    "PROPOSED": ("○", _("waiting for an answer"), "attention"),
    "COUNTER": ("◐", _("other terms asked for"), "attention"),
    "ACCEPTED": ("●", _("accepted"), "proven"),
    "PARTLY": ("▲", _("accepted in part"), "attention"),
    "REFUSED": ("■", _("refused"), "refused"),
    "DECLINED": ("■", _("declined"), "refused"),
    "WITHDRAWN": ("□", _("withdrawn"), "quietly"),
    "EXPIRED": ("□", _("expired"), "quietly"),
    "OPEN": ("○", _("waiting for a plan"), "attention"),
    "PLANNED": ("○", _("offered"), ""),
    "ROUTED": ("●", _("accepted"), "proven"),
    "CLOSED": ("●", _("closed"), "quietly"),
    "RECEIVING": ("◔", _("coming in"), ""),
    "RECEIVED": ("○", _("received"), ""),
    "CANCELLED": ("□", _("cancelled"), "quietly"),
    "READY": ("○", _("waiting for a worker"), "quietly"),
    "REQUESTED": ("○", _("waiting for a worker"), "quietly"),
    "RUNNING": ("◐", _("running"), ""),
    "SOLVING": ("◐", _("running"), ""),
    "DONE": ("●", _("done"), "proven"),
    "FAILED": ("■", _("failed"), "refused"),
    "RESTING": ("■", _("stopped after five failures"), "refused"),
    "ORIGINAL": ("●", _("original"), ""),
    "REPURPOSED": ("●", _("repurposed"), ""),
    "REUSED": ("●", _("re-used"), ""),
    "REMANUFACTURED": ("●", _("remanufactured"), ""),
    "WASTE": ("▲", _("waste"), "attention"),
    "IN_FORCE": ("●", _("in force"), ""),
    "REPLACED": ("□", _("replaced"), "quietly"),
    "REVOKED": ("■", _("withdrawn"), "refused"),
    # Who vouches for a key.
    "DOMAIN": ("◆", _("your domain vouches for it"), "proven"),
    "ENDORSED": ("◆", _("brought in by a key of your domain"), "proven"),
    "SERVICE": ("▲", _("only this service vouches for it"), "attention"),
    "HOSTED": ("▲", _("held by this service"), "attention"),
}
# Codes that other languages call otherwise, or that are no words without help.
CODES = {
    "ONWARD": _("goes into a further step"),
    "ENERGY": _("burnt for energy"),
    "DISPOSED": _("disposed of"),
    "EMITTED": _("emitted"),
    "DISCHARGE": _("discharge"),
    "DISMANTLE": _("dismantle"),
    "SHRED": _("shred"),
    "BLACK_MASS": _("separate into black mass and metals"),
    "REFINE": _("refine"),
    "CELL": _("cell"),
    "MODULE": _("module"),
    "PACK": _("pack"),
    "SYSTEM": _("system"),
    "MAKER": _("maker"),
    "KEEPER": _("keeper"),
    "WORKSHOP": _("workshop"),
    "RECYCLER": _("recycler"),
    "AUDITOR": _("auditor"),
    "AUTHORITY": _("authority"),
    "REGISTERED": _("registered"),
    "IN_SERVICE": _("in service"),
    "RETIRED": _("retired"),
    "RECYCLED": _("recycled"),
    "EV": _("electric vehicle battery"),
    "LMT": _("light transport battery"),
    "INDUSTRIAL": _("industrial battery"),
    "STATIONARY": _("stationary storage battery"),
}
# What happened, as a heading of one line.
EVENTS = {
    "REGISTERED": _("Registered"),
    "ASSEMBLED": _("Built together"),
    "DISASSEMBLED": _("Taken apart"),
    "REPLACED": _("Parts replaced"),
    "COMMISSIONED": _("Put into service"),
    "HANDED_OVER": _("Handed over"),
    "HEALTH_READ": _("State of health read"),
    "INCIDENT": _("Incident"),
    "REPAIRED": _("Repaired"),
    "RETIRED": _("Retired"),
    "ROUTED": _("Routed"),
    "RECEIVED": _("Received"),
    "REGRADED": _("Regraded"),
    "TREATED": _("Treated"),
    "CORRECTED": _("Correction"),
    "MERGED": _("Merged with its maker’s record"),
    "OBSERVED": _("Seen"),
}
# What a battery of a fleet needs, as a line of what waits and as a mark beside a battery.
FLEET_NEEDS = {
    "ISOLATION": _("with isolation below 500 Ω/V: do not touch, have it looked at"),
    "DROPPED": _("that lost more than 3 points of health within six months"),
    "RESISTANCE": _("with a resistance 30 % above others of their model"),
    "OVERDUE": _("whose last reading is older than 90 days"),
    "UNREAD": _("without any reading"),
}
FLEET_SHORT = {
    "ISOLATION": _("isolation low"),
    "DROPPED": _("health drops"),
    "RESISTANCE": _("resistance high"),
    "OVERDUE": _("reading old"),
    "UNREAD": _("not read"),
}
FLEET_ORDERS = {
    "serial": _("by serial"),
    "soh": _("lowest health first"),
    "soh-high": _("highest health first"),
    "measured": _("oldest reading first"),
    "site": _("by site"),
}
# Why an entry no longer counts.
WRONG = {
    "INCORRECT_DATA": _("what it says was wrong"),
    "DID_NOT_OCCUR": _("it did not happen"),
    "WITHDRAWN": _("whoever signed it took it back"),
}
KEY_REASONS = {
    "keyCompromise": _("lost or stolen"),
    "superseded": _("replaced by another"),
    "cessationOfOperation": _("no longer used"),
}
ROUTES = {
    "REUSE": _("use again"),
    "REPURPOSE": _("second life"),
    "REMANUFACTURE": _("remanufacture"),
    "RECYCLE": _("recycle"),
    "HOLD": _("hold"),
    "TEST": _("test first"),
    "QUARANTINE": _("quarantine"),
    "A": _("fit to offer"),
    "T": _("test first"),
    "R": _("recycle only"),
    "Q": _("quarantine"),
}
# In which condition batteries travel, and what that means for whoever packs them.
CONDITIONS = {
    "SOUND": (_("sound"), _("Used or new, nothing wrong with them, of a tested type.")),
    "PROTOTYPE": (_("prototype"), _("Prototypes and small series of a type not tested yet.")),
    "DAMAGED": (
        _("damaged, not critical"),
        _("Damaged or defective; somebody has judged that they do not react on the way."),
    ),
    "DAMAGED_CRITICAL": (
        _("damaged, critical"),
        _("They may burst, burn, or give off gas on the way."),
    ),
    "WASTE": (_("waste"), _("On their way to disposal or recycling, and not damaged.")),
    "NOT_KNOWN": (
        _("nobody knows"),
        _("Nobody has looked: they are packed as if they were critical."),
    ),
}
METHODS = {
    "TESTED": _("tested"),
    "CHARGE_BASED": _("from charging"),
    "BMS_REPORTED": _("reported by the BMS"),
    "DECLARED": _("declared"),
}
CATEGORIES = {
    "EV": _("electric vehicle battery"),
    "LMT": _("light transport battery"),
    "INDUSTRIAL": _("industrial battery"),
    "STATIONARY": _("stationary storage battery"),
}
ALARMS = {
    "CLASH": _("Two makers want one name"),
    "UNREGISTERED": _("Scanned, and registered by nobody"),
    "TOO_FAST": _("In two places at once"),
}
# Kinds of signed claims.
KINDS = {
    "BatteryOriginAttestation": _("Origin"),
    "AttestationBatch": _("Origin"),
    "MaterialOriginAttestation": _("Origin of a material"),
    "BatteryTestRecord": _("Test"),
    "FeocSupplierCertificate": _("Supplier’s certificate"),
    "RepurposingAttestation": _("Second life"),
    "RecyclingAttestation": _("Recycling"),
}
# For whom a claim is, by its access set.
READERS = {
    "authority": _("authorities"),
    "legitimateInterest": _("who has a legitimate interest"),
    "legitimateInterestAndAuthority": _("who has a legitimate interest, and authorities"),
    "parties": _("the parties concerned"),
}
# What the order of the log says of a signature: shape, words, tone.
VERDICTS = {
    "VALID": ("◆", _("signature holds"), "proven"),
    "SUSPECT": ("▲", _("in doubt: the key may have been stolen"), "attention"),
    "INVALID": ("■", _("does not count: the key was not in force"), "refused"),
    "": ("○", _("waits for the log"), "quietly"),
}
VOUCHED = {
    "DOMAIN": _("key on its own domain"),
    "ENDORSED": _("key brought in by an earlier one of its own domain"),
    "SERVICE": _("key vouched for by this service only"),
    "HOSTED": _("key held by this service"),
}
CURRENCIES = {"EUR": "€", "USD": "$", "GBP": "£"}
REASONS = {
    "CAPACITY": _("too little capacity left for its duty"),
    "RESISTANCE": _("too much resistance for its duty"),
    "DAMAGE": _("damaged"),
    "RECALL": _("recalled"),
    "CONTRACT_END": _("its duty has ended"),
    "REPLACED": _("replaced"),
    "OTHER": _("another reason"),
}
# What gates and inspections read, by the field's name in the rules.
READINGS = {
    "recall_open": _("open safety recall"),
    "thermal_event": _("heat, smoke or fire"),
    "case_damage": _("swollen, leaking or broken"),
    "water_ingress": _("water inside"),
    "crash_severity": _("crash"),
    "isolation_ohm_per_v": _("isolation, Ω/V"),
    "minimum_cell_v": _("lowest cell, V"),
    "cell_spread_mv": _("spread of cells at rest, mV"),
    "self_discharge_percent_per_month": _("self-discharge, % a month"),
    "soh_low": _("state of health, lower end"),
    "resistance_ratio": _("resistance, times new"),
    "age_years": _("age, years"),
    "knee": _("ages faster of late"),
    "reading_age_days": _("age of the reading, days"),
    "soh_method": _("how its health was read"),
    "traceability": _("first life can be traced"),
    "waste": _("is waste"),
    "chemistry": _("chemistry"),
}
ANSWERS = {"True": _("yes"), "False": _("no"), "NONE": _("none")}
# What the tables of composition call by symbol or in short.
MATERIALS = {
    "Al": _("aluminium"),
    "Co": _("cobalt"),
    "Cu": _("copper"),
    "F": _("fluorine"),
    "Fe": _("iron, in the cathode"),
    "LiPF6": _("LiPF₆"),
    "Li": _("lithium"),
    "Mn": _("manganese"),
    "Na": _("sodium"),
    "Ni": _("nickel"),
    "P": _("phosphorus"),
    "PVDF": _("PVDF"),
    "Ti": _("titanium"),
    "steel_iron": _("steel and iron"),
}
