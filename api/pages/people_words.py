"""The words and shapes of pages about people, links and applications."""

# What a link leads to, as a heading and as a word in a list.
LINK_KINDS = {
    "FIRST": "First administrator",
    "ADMINISTRATOR": "Administrator",
    "PERSON": "Account without a party",
    "MEMBER": "Member of a party",
    "RESET": "New password",
}
# Shape, word, tone.
STANDINGS = {
    "OPEN": ("○", "open", "attention"),
    "ASKED": ("▲", "asked for", "attention"),
    "WAITING": ("◐", "waits to be mailed", ""),
    "USED": ("●", "used", "proven"),
    "EXPIRED": ("□", "expired", "quietly"),
    "REVOKED": ("■", "taken back", "refused"),
    "RECEIVED": ("○", "waits for a decision", "attention"),
    "APPROVED": ("●", "approved", "proven"),
    "REFUSED": ("■", "refused", "refused"),
}
NAMING = {
    "CLAIMED": ("○", "not proven yet", "attention"),
    "PROVEN": ("◆", "proven", "proven"),
    "REFUSED": ("■", "refused", "refused"),
    "REVOKED": ("■", "taken away", "refused"),
}
# What somebody did, as the middle of a sentence.
DEEDS = {
    "LINK_MADE": "made a link",
    "LINK_REVOKED": "took a link back",
    "LINK_USED": "used a link",
    "RESET_ASKED": "asked for a new password",
    "PASSWORD_CHANGED": "changed the password",
    "SIGNED_OUT": "signed out everywhere",
    "APPLIED": "handed an application in",
    "APPROVED": "approved an application",
    "REFUSED": "refused an application",
    "MEMBER_ENDED": "ended a membership",
    "PERSON_CLOSED": "closed an account",
    "PERSON_OPENED": "opened an account again",
    "ADMINISTRATOR_ENDED": "ended an administrator’s role",
    "SITTING_OPENED": "sat down as administrator",
    "NAME_DECIDED": "decided about a name",
}
# What a role does, for whoever chooses one.
ROLES = {
    "MAKER": "makes cells, modules or packs, and registers them",
    "KEEPER": "owns or runs batteries",
    "WORKSHOP": "tests, repairs or repurposes batteries",
    "RECYCLER": "takes batteries apart and recovers materials",
    "AUDITOR": "is let in by others to check their records",
    "AUTHORITY": "watches the market by law, and sees every battery",
}
# What a key may do for a machine.
SCOPES = {
    "read": "read batteries, passports and bundles",
    "register": "register models and batteries",
    "attest": "send signed claims and key events",
    "record": "record events, readings and hand-overs",
    "plan": "retire batteries, ask for plans, answer offers",
    "treat": "book treatments",
}
