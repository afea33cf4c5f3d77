"""How people come in: one-time links, applications of parties, administrators, and what they did.

Of these tables the web role writes nothing itself: functions of the database do, which see that a
link is used once and that an administrator is one.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from passport.models.ids import new_id
from passport.models.party import Party, Person, Role


class LinkKind(models.TextChoices):
    FIRST = "FIRST", "first administrator"
    ADMINISTRATOR = "ADMINISTRATOR", "administrator"
    PERSON = "PERSON", "person without a party"
    MEMBER = "MEMBER", "member of a party"
    RESET = "RESET", "new password"


class OneTimeLink(models.Model):
    """A token that lets somebody in once; kept as a SHA-256.

    It has no digest while it waits for the worker, which mails it, or for an administrator, whom
    somebody asked for a new password.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=13, choices=LinkKind.choices)
    email = models.CharField(max_length=254, blank=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="links")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="resets")
    token_sha256 = models.BinaryField(max_length=32, null=True, unique=True)
    issued_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    by_mail = models.BooleanField()
    attempts = models.SmallIntegerField(default=0)
    last_error = models.CharField(max_length=255, blank=True)
    sent_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="link_of_a_member_names_its_party_and_no_other_does",
                condition=Q(kind="MEMBER", party__isnull=False)
                | (~Q(kind="MEMBER") & Q(party__isnull=True)),
            ),
            models.CheckConstraint(
                name="link_to_a_new_password_names_whose_and_no_other_does",
                condition=Q(kind="RESET", person__isnull=False)
                | (~Q(kind="RESET") & Q(person__isnull=True)),
            ),
            models.CheckConstraint(
                name="link_is_used_or_revoked_never_both",
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                name="link_is_used_only_when_it_had_a_token",
                condition=Q(used_at__isnull=True) | Q(token_sha256__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} for {self.email}"


class ApplicationState(models.TextChoices):
    RECEIVED = "RECEIVED", "received"
    APPROVED = "APPROVED", "approved"
    REFUSED = "REFUSED", "refused"


class Application(models.Model):
    """A company that asks to be a party, with what it says of itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    roles = ArrayField(models.CharField(max_length=12, choices=Role.choices))
    did = models.CharField(max_length=255, blank=True)
    gs1_prefix = models.CharField(max_length=12, blank=True)
    domain = models.CharField(max_length=253, blank=True)
    contact_name = models.CharField(max_length=120)
    contact_email = models.CharField(max_length=254)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    receipt_sha256 = models.BinaryField(max_length=32, unique=True)
    state = models.CharField(
        max_length=8, choices=ApplicationState.choices, default=ApplicationState.RECEIVED
    )
    reason = models.CharField(max_length=255, blank=True)
    received_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    party = models.OneToOneField(
        Party, on_delete=models.PROTECT, null=True, related_name="application"
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="application_asks_for_known_roles",
                condition=Q(roles__contained_by=Role.values) & Q(roles__len__gt=0),
            ),
            models.CheckConstraint(
                name="application_that_is_decided_says_when_and_how",
                condition=Q(state="RECEIVED", decided_at__isnull=True, party__isnull=True)
                | Q(state="APPROVED", decided_at__isnull=False, party__isnull=False)
                | Q(state="REFUSED", decided_at__isnull=False, party__isnull=True, reason__gt=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class Evidence(models.Model):
    """A document that came with an application, known by its digest."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="evidence", db_index=False
    )
    sha256 = models.BinaryField(max_length=32)
    file_name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    size_bytes = models.IntegerField()
    content = models.BinaryField()
    stored_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="evidence_is_kept_once_an_application", fields=("application", "sha256")
            ),
        )

    def __str__(self) -> str:
        return self.file_name


class Administrator(models.Model):
    """Somebody who lets parties and people in; acts for no party by this."""

    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, primary_key=True, related_name="administrator"
    )
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.person_id)


class PasswordProof(models.Model):
    """The SHA-256 of what only the password gives, so that the database itself can ask for it."""

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="password_proof"
    )
    proof_sha256 = models.BinaryField(max_length=32)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.person_id)


class Sitting(models.Model):
    """An administrator at work: the browser keeps the token, this row its SHA-256."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sittings")
    token_sha256 = models.BinaryField(max_length=32, unique=True)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.person_id} since {self.opened_at}"


class Deed(models.TextChoices):
    LINK_MADE = "LINK_MADE", "made a link"
    LINK_REVOKED = "LINK_REVOKED", "revoked a link"
    LINK_USED = "LINK_USED", "used a link"
    RESET_ASKED = "RESET_ASKED", "asked for a new password"
    PASSWORD_CHANGED = "PASSWORD_CHANGED", "changed a password"
    SIGNED_OUT = "SIGNED_OUT", "signed out everywhere"
    APPLIED = "APPLIED", "applied"
    APPROVED = "APPROVED", "approved an application"
    REFUSED = "REFUSED", "refused an application"
    MEMBER_ENDED = "MEMBER_ENDED", "ended a membership"
    PERSON_CLOSED = "PERSON_CLOSED", "closed an account"
    PERSON_OPENED = "PERSON_OPENED", "opened an account again"
    ADMINISTRATOR_ENDED = "ADMINISTRATOR_ENDED", "ended an administrator's role"
    SITTING_OPENED = "SITTING_OPENED", "sat down as administrator"
    NAME_DECIDED = "NAME_DECIDED", "decided who names batteries"


class AdministrativeAct(models.Model):
    """Who did what to whom; never changed and never dropped."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    deed = models.CharField(max_length=20, choices=Deed.choices)
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    link = models.ForeignKey(OneTimeLink, on_delete=models.PROTECT, null=True, related_name="+")
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, related_name="+"
    )
    detail = models.CharField(max_length=255, blank=True)

    class Meta:
        indexes = (models.Index(fields=("-at",), name="administrative_act_newest"),)

    def __str__(self) -> str:
        return f"{self.deed} at {self.at}"
