"""The sourcing desk: what suppliers offer, what was agreed, what is planned, and what was reckoned.

Nothing is changed: an offer, an agreement, a plan and an allocation end; volumes and scenarios
stay. Names of companies are the ids of entities in the owner's register. `owner` stands in each
table, so that row-level security asks once a statement and not once a row.
"""

from django.db import models
from django.db.models import F, Q

from passport.models.ids import new_id
from passport.models.party import Party
from passport.models.sourcing_project import SourcingProject
from passport.rules.sourcing_supply import Proof, Unit


class SupplyOffer(models.Model):
    """What a supplier offers of a category: a price, a capacity by year and its ramp."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="supply_offers", db_index=False
    )
    supplier = models.CharField(max_length=64)
    maker = models.CharField(max_length=64)
    category = models.CharField(max_length=60)
    unit = models.CharField(max_length=4, choices=[(u.value, u.value) for u in Unit])
    price = models.DecimalField(max_digits=18, decimal_places=4)
    size_kwh = models.DecimalField(max_digits=18, decimal_places=4, default=1)
    made_in = models.CharField(max_length=2)
    capacity = models.JSONField()
    ramp = models.JSONField(default=list)
    proof = models.CharField(max_length=11, choices=[(p.value, p.value) for p in Proof])
    duty_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    offered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="offer_of_supply_has_a_price_and_a_size",
                condition=Q(price__gte=0) & Q(size_kwh__gt=0),
            ),
        )
        indexes = (models.Index(fields=("owner", "category"), name="supply_offer_of_owner"),)

    def __str__(self) -> str:
        return f"{self.maker} {self.category}"


class FrameworkAgreement(models.Model):
    """Volumes agreed for years ahead under an offer, and the ramp by which they come."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="framework_agreements", db_index=False
    )
    offer = models.ForeignKey(SupplyOffer, on_delete=models.PROTECT, related_name="agreements")
    name = models.CharField(max_length=120)
    signed_on = models.DateField()
    ramp = models.JSONField(default=list)
    agreed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="agreement_name_is_unique_within_its_owner", fields=("owner", "name")
            ),
        )

    def __str__(self) -> str:
        return self.name


class AgreedVolume(models.Model):
    """A year of an agreement, in its offer's unit; `deliverable` is what the ramp lets come."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="agreed_volumes", db_index=False
    )
    agreement = models.ForeignKey(
        FrameworkAgreement, on_delete=models.PROTECT, related_name="volumes", db_index=False
    )
    year = models.SmallIntegerField()
    volume = models.DecimalField(max_digits=18, decimal_places=4)
    deliverable = models.DecimalField(max_digits=18, decimal_places=4)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="agreement_has_each_year_once", fields=("agreement", "year")
            ),
            models.CheckConstraint(
                name="no_more_comes_than_was_agreed",
                condition=Q(deliverable__gte=0) & Q(deliverable__lte=F("volume")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.year}"


class PlannedProject(models.Model):
    """A project of the pipeline; `project` is the one that was opened for it, if one was."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="planned_projects", db_index=False
    )
    project = models.ForeignKey(
        SourcingProject, on_delete=models.PROTECT, related_name="planned", null=True
    )
    name = models.CharField(max_length=120)
    begins_on = models.DateField()
    incurred_on = models.DateField()
    nameplate_kwh = models.DecimalField(max_digits=18, decimal_places=3)
    nameplate_kw = models.DecimalField(max_digits=18, decimal_places=3)
    other_cost = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    planned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="planned_name_is_unique_within_its_owner",
                fields=("owner", "name"),
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="planned_project_has_a_size",
                condition=Q(nameplate_kwh__gt=0) & Q(nameplate_kw__gte=0) & Q(other_cost__gte=0),
            ),
        )
        indexes = (models.Index(fields=("owner", "begins_on"), name="pipeline_of_owner"),)

    def __str__(self) -> str:
        return self.name


class SupplyAllocation(models.Model):
    """So much of an agreement's year for a planned project, until it is released."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="supply_allocations", db_index=False
    )
    volume = models.ForeignKey(AgreedVolume, on_delete=models.PROTECT, related_name="allocations")
    planned = models.ForeignKey(
        PlannedProject, on_delete=models.PROTECT, related_name="allocations"
    )
    quantity = models.DecimalField(max_digits=18, decimal_places=4)
    allocated_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(name="allocation_is_of_something", condition=Q(quantity__gt=0)),
        )
        indexes = (models.Index(fields=("owner",), name="allocation_of_owner"),)

    def __str__(self) -> str:
        return f"{self.quantity} of {self.volume_id}"


class SourcingScenario(models.Model):
    """The inputs of a scenario, the rule set and the day they were reckoned by; no result."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="sourcing_scenarios", db_index=False
    )
    name = models.CharField(max_length=120)
    inputs = models.JSONField()
    rule_set = models.CharField(max_length=60)
    as_of = models.DateField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="scenario_name_is_unique_within_its_owner", fields=("owner", "name")
            ),
        )

    def __str__(self) -> str:
        return self.name
