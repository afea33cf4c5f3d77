"""The words and shapes of the pages for what the registry writes as codes."""

# Shape, word, tone. The shape alone carries the meaning when colour is lost.
STATES = {
    "REGISTERED": ("○", "registered", "quietly"),
    "IN_SERVICE": ("●", "in service", ""),
    "RETIRED": ("▲", "retired", "attention"),
    "RECYCLED": ("■", "recycled", "quietly"),
    "MERGED": ("□", "goes on under another name", "quietly"),
    "OFFERED": ("○", "waiting for an answer", "attention"),
    "PROPOSED": ("○", "waiting for an answer", "attention"),
    "ACCEPTED": ("●", "accepted", "proven"),
    "REFUSED": ("■", "refused", "refused"),
    "DECLINED": ("■", "declined", "refused"),
    "WITHDRAWN": ("□", "withdrawn", "quietly"),
    "EXPIRED": ("□", "expired", "quietly"),
    "OPEN": ("○", "waiting for a plan", "attention"),
    "PLANNED": ("○", "offered", ""),
    "ROUTED": ("●", "accepted", "proven"),
    "CLOSED": ("●", "closed", "quietly"),
    "RECEIVING": ("◔", "coming in", ""),
    "RECEIVED": ("○", "received", ""),
    "CANCELLED": ("□", "cancelled", "quietly"),
    "READY": ("○", "waiting for a worker", "quietly"),
    "REQUESTED": ("○", "waiting for a worker", "quietly"),
    "RUNNING": ("◐", "running", ""),
    "SOLVING": ("◐", "running", ""),
    "DONE": ("●", "done", "proven"),
    "FAILED": ("■", "failed", "refused"),
    "RESTING": ("■", "stopped after five failures", "refused"),
    "ORIGINAL": ("●", "original", ""),
    "REPURPOSED": ("●", "repurposed", ""),
    "REUSED": ("●", "re-used", ""),
    "REMANUFACTURED": ("●", "remanufactured", ""),
    "WASTE": ("▲", "waste", "attention"),
    "IN_FORCE": ("●", "in force", ""),
    "REPLACED": ("□", "replaced", "quietly"),
    "REVOKED": ("■", "withdrawn", "refused"),
    # Who vouches for a key.
    "DOMAIN": ("◆", "your domain vouches for it", "proven"),
    "ENDORSED": ("◆", "brought in by a key of your domain", "proven"),
    "SERVICE": ("▲", "only this service vouches for it", "attention"),
    "HOSTED": ("▲", "held by this service", "attention"),
}
KEY_REASONS = {
    "keyCompromise": "lost or stolen",
    "superseded": "replaced by another",
    "cessationOfOperation": "no longer used",
}
ROUTES = {
    "REUSE": "use again",
    "REPURPOSE": "second life",
    "REMANUFACTURE": "remanufacture",
    "RECYCLE": "recycle",
    "HOLD": "hold",
    "TEST": "test first",
    "QUARANTINE": "quarantine",
    "A": "fit to offer",
    "T": "test first",
    "R": "recycle only",
    "Q": "quarantine",
}
METHODS = {
    "TESTED": "tested",
    "CHARGE_BASED": "from charging",
    "BMS_REPORTED": "reported by the BMS",
    "DECLARED": "declared",
}
CATEGORIES = {
    "EV": "electric vehicle battery",
    "LMT": "light transport battery",
    "INDUSTRIAL": "industrial battery",
    "STATIONARY": "stationary storage battery",
}
ALARMS = {
    "CLASH": "Two makers want one name",
    "UNREGISTERED": "Scanned, and registered by nobody",
    "TOO_FAST": "In two places at once",
}
# Kinds of signed claims.
KINDS = {
    "BatteryOriginAttestation": "Origin",
    "AttestationBatch": "Origin",
    "MaterialOriginAttestation": "Origin of a material",
    "BatteryTestRecord": "Test",
    "FeocSupplierCertificate": "Supplier’s certificate",
    "RepurposingAttestation": "Second life",
    "RecyclingAttestation": "Recycling",
}
# For whom a claim is, by its access set.
READERS = {
    "authority": "authorities",
    "legitimateInterest": "who has a legitimate interest",
    "legitimateInterestAndAuthority": "who has a legitimate interest, and authorities",
    "parties": "the parties concerned",
}
# What the order of the log says of a signature: shape, words, tone.
VERDICTS = {
    "VALID": ("◆", "signature holds", "proven"),
    "SUSPECT": ("▲", "in doubt: the key may have been stolen", "attention"),
    "INVALID": ("■", "does not count: the key was not in force", "refused"),
    "": ("○", "waits for the log", "quietly"),
}
VOUCHED = {
    "DOMAIN": "key on its own domain",
    "ENDORSED": "key brought in by an earlier one of its own domain",
    "SERVICE": "key vouched for by this service only",
    "HOSTED": "key held by this service",
}
CURRENCIES = {"EUR": "€", "USD": "$", "GBP": "£"}
REASONS = {
    "CAPACITY": "too little capacity left for its duty",
    "RESISTANCE": "too much resistance for its duty",
    "DAMAGE": "damaged",
    "RECALL": "recalled",
    "CONTRACT_END": "its duty has ended",
    "REPLACED": "replaced",
    "OTHER": "another reason",
}
# What gates and inspections read, by the field's name in the rules.
READINGS = {
    "recall_open": "open safety recall",
    "thermal_event": "heat, smoke or fire",
    "case_damage": "swollen, leaking or broken",
    "water_ingress": "water inside",
    "crash_severity": "crash",
    "isolation_ohm_per_v": "isolation, Ω/V",
    "minimum_cell_v": "lowest cell, V",
    "cell_spread_mv": "spread of cells at rest, mV",
    "self_discharge_percent_per_month": "self-discharge, % a month",
    "soh_low": "state of health, lower end",
    "resistance_ratio": "resistance, times new",
    "age_years": "age, years",
    "knee": "ages faster of late",
    "reading_age_days": "age of the reading, days",
    "soh_method": "how its health was read",
    "traceability": "first life can be traced",
    "waste": "is waste",
    "chemistry": "chemistry",
}
ANSWERS = {"True": "yes", "False": "no", "NONE": "none"}
# What the tables of composition call by symbol or in short.
MATERIALS = {
    "Al": "aluminium",
    "Co": "cobalt",
    "Cu": "copper",
    "F": "fluorine",
    "Fe": "iron, in the cathode",
    "LiPF6": "LiPF₆",
    "Li": "lithium",
    "Mn": "manganese",
    "Na": "sodium",
    "Ni": "nickel",
    "P": "phosphorus",
    "PVDF": "PVDF",
    "Ti": "titanium",
    "steel_iron": "steel and iron",
}
