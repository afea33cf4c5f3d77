"""The words and shapes of pages about people, links and applications."""

from django.utils.translation import gettext_lazy as _

# What a link leads to, as a heading and as a word in a list.
LINK_KINDS = {
    "FIRST": _("First administrator"),
    "ADMINISTRATOR": _("Administrator"),
    "PERSON": _("Account without a party"),
    "MEMBER": _("Member of a party"),
    "RESET": _("New password"),
}
# Shape, word, tone.
STANDINGS = {
    "OPEN": ("○", _("open"), "attention"),
    "ASKED": ("▲", _("asked for"), "attention"),
    "WAITING": ("◐", _("waits to be mailed"), ""),
    "USED": ("●", _("used"), "proven"),
    "EXPIRED": ("□", _("expired"), "quietly"),
    "REVOKED": ("■", _("taken back"), "refused"),
    "RECEIVED": ("○", _("waits for a decision"), "attention"),
    "APPROVED": ("●", _("approved"), "proven"),
    "REFUSED": ("■", _("refused"), "refused"),
}
NAMING = {
    "CLAIMED": ("○", _("not proven yet"), "attention"),
    "PROVEN": ("◆", _("proven"), "proven"),
    "REFUSED": ("■", _("refused"), "refused"),
    "REVOKED": ("■", _("taken away"), "refused"),
}
# How an endpoint of webhooks stands, and a message to it.
CALLING = {
    "ACTIVE": ("●", _("active"), "proven"),
    "PAUSED": ("◐", _("paused"), "attention"),
    "DISABLED": ("■", _("switched off"), "refused"),
    "ENDED": ("□", _("ended"), "quietly"),
    "WAITING": ("○", _("waits to be sent"), "attention"),
    "DELIVERED": ("●", _("delivered"), "proven"),
    "FAILED": ("■", _("given up"), "refused"),
}
# What somebody did, as the middle of a sentence.
DEEDS = {
    "LINK_MADE": _("made a link"),
    "LINK_REVOKED": _("took a link back"),
    "LINK_USED": _("used a link"),
    "RESET_ASKED": _("asked for a new password"),
    "PASSWORD_CHANGED": _("changed the password"),
    "SIGNED_OUT": _("signed out everywhere"),
    "APPLIED": _("handed an application in"),
    "APPROVED": _("approved an application"),
    "REFUSED": _("refused an application"),
    "MEMBER_ENDED": _("ended a membership"),
    "PERSON_CLOSED": _("closed an account"),
    "PERSON_OPENED": _("opened an account again"),
    "ADMINISTRATOR_ENDED": _("ended an administrator’s role"),
    "SITTING_OPENED": _("sat down as administrator"),
    "NAME_DECIDED": _("decided about a name"),
}
# What a role does, for whoever chooses one.
ROLES = {
    "MAKER": _("makes cells, modules or packs, and registers them"),
    "KEEPER": _("owns or runs batteries"),
    "WORKSHOP": _("tests, repairs or repurposes batteries"),
    "RECYCLER": _("takes batteries apart and recovers materials"),
    "AUDITOR": _("is let in by others to check their records"),
    "AUTHORITY": _("watches the market by law, and sees every battery"),
}
# What a key may do for a machine.
SCOPES = {
    "read": _("read batteries, passports and bundles"),
    "register": _("register models and batteries"),
    "attest": _("send signed claims and key events"),
    "record": _("record events, readings and hand-overs"),
    "plan": _("retire batteries, ask for plans, answer offers"),
    "treat": _("book treatments"),
}
# What the registry says of a claim to a prefix or a domain, in its own words.
CLAIMS = (
    _("GS1 company prefix"),
    _("domain"),
    _("claimed"),
    _("proven"),
    _("the domain answered with a signed challenge"),
    _("a document that an operator looked at"),
    _("an operator decided"),
)
