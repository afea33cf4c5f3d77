"""A storage project that claims a credit: its terms, what was bought for it, what contradicts it.

Nothing is changed: terms and lines get a next version, a flag gets a resolution. `project` stands
in each table, so that row-level security asks once a statement and not once a row.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from passport.models.ids import new_id
from passport.models.party import Party
from passport.rules.sourcing_case import CostKind, Credit, LineKind, Method


class SourcingProject(models.Model):
    """The property, under a name of its owner's; what is claimed for it stands in its terms."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="sourcing_projects", db_index=False
    )
    name = models.CharField(max_length=120)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="project_name_is_unique_within_its_owner", fields=("owner", "name")
            ),
        )

    def __str__(self) -> str:
        return self.name


class ProjectTerms(models.Model):
    """What is claimed for a project, on which dates and by which method: one version of it.

    `taxpayer` and all other names of companies are the ids of entities in the owner's register.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey(
        SourcingProject, on_delete=models.PROTECT, related_name="terms", db_index=False
    )
    number = models.IntegerField()
    taxpayer = models.CharField(max_length=64)
    taxpayer_tax_id = models.CharField(max_length=40, blank=True)
    site = models.CharField(max_length=255, blank=True)
    credit = models.CharField(max_length=13, choices=[(c.value, c.value) for c in Credit])
    method = models.CharField(max_length=15, choices=[(m.value, m.value) for m in Method])
    begins_on = models.DateField(null=True)
    begins_by = models.CharField(max_length=13, blank=True)
    placed_on = models.DateField(null=True)
    nameplate_kwh = models.DecimalField(max_digits=18, decimal_places=3)
    nameplate_kw = models.DecimalField(max_digits=18, decimal_places=3)
    tax_year_starts = models.CharField(max_length=5, default="01-01")
    sold_on = models.DateField(null=True)
    component = models.CharField(max_length=60, blank=True)
    elections = ArrayField(models.CharField(max_length=20), default=list)
    rule_set = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="terms_of_a_project_have_versions", fields=("project", "number")
            ),
            models.CheckConstraint(
                name="terms_have_a_nameplate",
                condition=Q(nameplate_kwh__gte=0) & Q(nameplate_kw__gte=0),
            ),
        )

    def __str__(self) -> str:
        return f"{self.project_id} v{self.number}"


class ProjectLine(models.Model):
    """One version of a line of the bill of materials; `name` is the line's own, in all versions.

    `removed` is the version with which a line leaves the bill. `costs_count` is how many costs
    belong to this version: nobody adds one later.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey(
        SourcingProject, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    name = models.CharField(max_length=60)
    number = models.IntegerField()
    removed = models.BooleanField(default=False)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in LineKind])
    product = models.CharField(max_length=60, blank=True)
    row = models.CharField(max_length=60, blank=True)
    description = models.CharField(max_length=255, blank=True)
    model = models.CharField(max_length=120, blank=True)
    quantity = models.DecimalField(max_digits=18, decimal_places=4)
    nameplate = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    producer = models.CharField(max_length=64, blank=True)
    product_producer = models.CharField(max_length=64, blank=True)
    supplier = models.CharField(max_length=64, blank=True)
    facility = models.CharField(max_length=120, blank=True)
    made_in = models.CharField(max_length=2, blank=True)
    excluded = models.CharField(max_length=255, blank=True)
    contracted_on = models.DateField(null=True)
    assigned = models.BooleanField(default=False)
    costs_count = models.SmallIntegerField(default=0)
    source = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="line_of_a_project_has_versions", fields=("project", "name", "number")
            ),
            models.CheckConstraint(
                name="line_has_a_quantity", condition=Q(quantity__gte=0) & Q(costs_count__gte=0)
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"


class LineCost(models.Model):
    """An amount that was paid or incurred for a version of a line; duty stands apart."""

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(
        SourcingProject, on_delete=models.PROTECT, related_name="costs", db_index=False
    )
    line = models.ForeignKey(
        ProjectLine, on_delete=models.PROTECT, related_name="costs", db_index=False
    )
    place = models.SmallIntegerField()
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in CostKind])
    amount = models.DecimalField(max_digits=20, decimal_places=4)
    currency = models.CharField(max_length=3)
    incurred_on = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=10, default=1)
    rate_on = models.DateField(null=True)
    invoice = models.CharField(max_length=80, blank=True)
    document_sha256 = models.BinaryField(max_length=32, null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="cost_has_one_place", fields=("line", "place")),
            models.CheckConstraint(name="cost_has_a_rate", condition=Q(rate__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"


class ProjectShare(models.Model):
    """That another party reads a project: an auditor, counsel, who buys the credit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey(
        SourcingProject, on_delete=models.PROTECT, related_name="shares", db_index=False
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="projects_shared")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="project_is_shared_once_with_a_party",
                fields=("project", "party"),
                condition=Q(until__isnull=True),
            ),
            models.CheckConstraint(
                name="share_ends_after_it_begins",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.project_id} to {self.party_id}"


class SourcingFlag(models.Model):
    """A reason to know, raised by a person or kept with its resolution.

    What the service itself sees is found anew each time it looks; `key` is made of what it says, so
    that a resolution is found again, and speaks of nothing else.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey(
        SourcingProject, on_delete=models.PROTECT, related_name="flags", db_index=False
    )
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=80)
    says = models.CharField(max_length=600)
    raised_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="flag_is_raised_once", fields=("project", "key")),
        )

    def __str__(self) -> str:
        return f"{self.kind} about {self.about}"


class FlagResolution(models.Model):
    """How a flag ended: what was found, by whom. Written once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey(
        SourcingProject, on_delete=models.PROTECT, related_name="resolutions"
    )
    flag = models.OneToOneField(SourcingFlag, on_delete=models.PROTECT, related_name="resolution")
    says = models.CharField(max_length=600)
    reviewer = models.CharField(max_length=120)
    resolved_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="resolution_says_something_by_somebody",
                condition=~Q(says="") & ~Q(reviewer=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.flag_id} resolved"
