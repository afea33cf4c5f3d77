"""Who stands behind what is bought: entities, who owns, lends and appoints, contracts, lists.

Nothing is changed: what is said of an entity, and every fact, gets a next version, so that the
register can be read as it was known on any day. Entities are named by `key`, their owner's own.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from passport.models.ids import new_id
from passport.models.party import Party
from passport.rules.sourcing_party import EntityKind, Measure
from passport.rules.sourcing_register import ContractKind, Counsel, FactKind


class SourcingEntity(models.Model):
    """One version of what is known of an entity; `party` is its own name here, if it has one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="sourcing_entities", db_index=False
    )
    key = models.CharField(max_length=64)
    number = models.IntegerField()
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, related_name="told_of_in_registers"
    )
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=11, choices=[(k.value, k.value) for k in EntityKind])
    country = models.CharField(max_length=2, blank=True)
    principal_place = models.CharField(max_length=2, blank=True)
    nationalities = ArrayField(models.CharField(max_length=2), default=list)
    us_person = models.BooleanField(null=True)
    registry_id = models.CharField(max_length=80, blank=True)
    publicly_traded = models.BooleanField(default=False)
    tax_year_starts = models.CharField(max_length=5, default="01-01")
    also_called = ArrayField(models.CharField(max_length=200), default=list)
    complete_on = models.DateField(null=True)
    source = models.CharField(max_length=300, blank=True)
    recorded_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="entity_has_versions", fields=("owner", "key", "number")),
        )

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"


class SourcingFact(models.Model):
    """One version of a holding, a debt or an office: `holder` has it in, of, or at `of`.

    A fact ends by a version with `until`, is corrected by one that says otherwise, and was never so
    by one that is `withdrawn`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="sourcing_facts", db_index=False
    )
    fact = models.UUIDField()
    number = models.IntegerField()
    kind = models.CharField(max_length=7, choices=[(k.value, k.value) for k in FactKind])
    holder = models.CharField(max_length=64)
    of = models.CharField(max_length=64)
    measure = models.CharField(
        max_length=10, choices=[(m.value, m.value) for m in Measure], blank=True
    )
    percent = models.DecimalField(max_digits=15, decimal_places=12, null=True)
    office = models.CharField(max_length=80, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    withdrawn = models.BooleanField(default=False)
    source = models.CharField(max_length=300)
    document_sha256 = models.BinaryField(max_length=32, null=True)
    recorded_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="fact_has_versions", fields=("owner", "fact", "number")),
            models.CheckConstraint(
                name="fact_says_what_its_kind_asks_for",
                condition=(Q(kind="HOLDING", percent__isnull=False) & ~Q(measure=""))
                | Q(kind="DEBT", percent__isnull=False, measure="")
                | (Q(kind="OFFICE", percent__isnull=True, measure="") & ~Q(office="")),
            ),
            models.CheckConstraint(
                name="fact_is_of_a_part_of_the_whole",
                condition=Q(percent__isnull=True) | Q(percent__gt=0, percent__lte=100),
            ),
            models.CheckConstraint(
                name="fact_ends_after_it_begins",
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.holder} in {self.of}"


class SourcingContract(models.Model):
    """One version of a contract: its rights, what was paid under it, what counsel concluded.

    `payments` are objects of paid_on, amount, currency; days and decimals as strings.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="sourcing_contracts", db_index=False
    )
    key = models.CharField(max_length=64)
    number = models.IntegerField()
    payer = models.CharField(max_length=64)
    counterparty = models.CharField(max_length=64)
    kind = models.CharField(max_length=17, choices=[(k.value, k.value) for k in ContractKind])
    signed_on = models.DateField()
    modified_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    rights = ArrayField(models.CharField(max_length=20), default=list)
    payments = models.JSONField(default=list)
    counsel = models.CharField(
        max_length=17, choices=[(c.value, c.value) for c in Counsel], blank=True
    )
    source = models.CharField(max_length=300)
    document_sha256 = models.BinaryField(max_length=32, null=True)
    recorded_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="contract_has_versions", fields=("owner", "key", "number")
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} v{self.number}"


class SourcingReview(models.Model):
    """What a reviewer concluded of an entity for the day on which it is tested, on what paper."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="sourcing_reviews")
    entity = models.CharField(max_length=64)
    tested_on = models.DateField()
    conclusion = models.CharField(max_length=10)
    reason = models.CharField(max_length=600)
    reviewer = models.CharField(max_length=120)
    person_id = models.UUIDField()
    document_sha256 = models.BinaryField(max_length=32)
    decided_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="review_concludes_something_for_a_reason",
                condition=Q(conclusion__in=("SPECIFIED", "INFLUENCED", "CLEAN", "REVIEW"))
                & ~Q(reason="")
                & ~Q(reviewer=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.entity} {self.conclusion}"


class StandingFound(models.Model):
    """That an entity's standing was found to be another than before; `before` is "" the first time.

    `number` counts the standings of an entity.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="standings_found", db_index=False
    )
    entity = models.CharField(max_length=64)
    number = models.IntegerField()
    before = models.CharField(max_length=10, blank=True)
    standing = models.CharField(max_length=10)
    clause = models.CharField(max_length=60)
    tested_on = models.DateField()
    because = ArrayField(models.TextField())
    rule_set = models.CharField(max_length=60)
    found_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="standing_of_an_entity_has_versions", fields=("owner", "entity", "number")
            ),
        )

    def __str__(self) -> str:
        return f"{self.entity} {self.standing}"


class StandingSeen(models.Model):
    """That somebody of the party has taken note of a change of standing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="standings_seen")
    found = models.OneToOneField(StandingFound, on_delete=models.PROTECT, related_name="seen")
    who = models.CharField(max_length=120)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.found_id} by {self.who}"
