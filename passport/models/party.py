"""Who acts: parties with roles, their facilities, the persons and keys that act for them."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.crypto import salted_hmac

from passport.models.ids import new_id


class Role(models.TextChoices):
    MAKER = "MAKER", "maker"
    KEEPER = "KEEPER", "keeper"
    WORKSHOP = "WORKSHOP", "workshop"
    RECYCLER = "RECYCLER", "recycler"
    AUDITOR = "AUDITOR", "auditor"
    AUTHORITY = "AUTHORITY", "authority"


class Persons(BaseUserManager["Person"]):
    """How Django's sign-in finds a person."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody who signs in; acts only for the parties of which it is a member."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    # Counted up to end every session of a person at once.
    session_epoch = models.IntegerField(default=0)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[Any] = Persons()

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # A session holds as long as this does: until the password or the epoch changes.
        return salted_hmac(
            "passport.models.Person.session",
            f"{self.password}\n{self.session_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class Party(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    did = models.CharField(max_length=255, unique=True, null=True)  # noqa: DJ001 - absent is not ""
    country = models.CharField(max_length=2)
    roles = ArrayField(models.CharField(max_length=12, choices=Role.choices))
    registered_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="party_has_only_known_roles",
                condition=models.Q(roles__contained_by=Role.values) & models.Q(roles__len__gt=0),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def acts_as(self, role: str) -> bool:
        return role in self.roles


class Facility(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="facilities", db_index=False
    )
    name = models.CharField(max_length=120)
    gln = models.CharField(max_length=13, blank=True)
    country = models.CharField(max_length=2)
    address = models.CharField(max_length=255, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="facility_name_is_unique_within_its_party", fields=("party", "name")
            ),
        )

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="memberships", db_index=False
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="memberships")
    since = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="membership_is_one_per_person_and_party", fields=("person", "party")
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} in {self.party_id}"


class ApiKey(models.Model):
    """A machine's key: shown once, kept as a SHA-256."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=80)
    key_id = models.CharField(max_length=16, unique=True)
    secret_sha256 = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=20))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # The day on which it last let a machine in; the hour is nobody's business.
    used_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.key_id})"
