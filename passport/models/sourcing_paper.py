"""Suppliers' certificates of a project, and serials that were certified, delivered, installed."""

from django.db import models
from django.db.models import Q

from passport.models.attestation import Attestation
from passport.models.ids import new_id
from passport.models.sourcing_project import SourcingProject
from passport.rules.sourcing_serials import Stage


class SupplierCertificate(models.Model):
    """A supplier's paper, as the bytes that it signed; kept for good, six years at the least.

    `supplier` is the entity that the owner bought from. `attestation` is the same bytes where they
    were recorded here by their signer.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey(
        SourcingProject, on_delete=models.PROTECT, related_name="certificates", db_index=False
    )
    attestation = models.ForeignKey(
        Attestation, on_delete=models.PROTECT, null=True, related_name="certificates"
    )
    supplier = models.CharField(max_length=64)
    body = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    added_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="certificate_is_once_in_a_project", fields=("project", "sha256")
            ),
        )

    def __str__(self) -> str:
        return bytes(self.sha256).hex()


class CertificateLine(models.Model):
    """That a certificate is held to speak of a line from now on, or (`linked` false) no longer."""

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(
        SourcingProject, on_delete=models.PROTECT, related_name="certificate_lines"
    )
    certificate = models.ForeignKey(
        SupplierCertificate, on_delete=models.PROTECT, related_name="lines"
    )
    line = models.CharField(max_length=60)
    linked = models.BooleanField(default=True)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.certificate_id} for {self.line}"


class CertificateEnd(models.Model):
    """That a supplier took a certificate back, or gave another (`by`) in its place."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey(
        SourcingProject, on_delete=models.PROTECT, related_name="certificate_ends"
    )
    certificate = models.OneToOneField(
        SupplierCertificate, on_delete=models.PROTECT, related_name="end"
    )
    by = models.ForeignKey(
        SupplierCertificate, on_delete=models.PROTECT, null=True, related_name="supersedes"
    )
    ended_on = models.DateField()
    because = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="certificate_is_not_superseded_by_itself",
                condition=Q(by__isnull=True) | ~Q(by=models.F("certificate")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.certificate_id} ended"


class SerialList(models.Model):
    """The serials of a line at one stage, sorted, each once: one version of the list.

    `sha256` is of the serials in order, each with a line feed behind it; the blocks hold them.
    `prefix` is what all of them begin with.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey(
        SourcingProject, on_delete=models.PROTECT, related_name="serial_lists", db_index=False
    )
    line = models.CharField(max_length=60)
    stage = models.CharField(max_length=9, choices=[(s.value, s.value) for s in Stage])
    number = models.IntegerField()
    certificate = models.ForeignKey(
        SupplierCertificate, on_delete=models.PROTECT, null=True, related_name="serial_lists"
    )
    source = models.CharField(max_length=120, blank=True)
    count = models.IntegerField()
    sha256 = models.BinaryField(max_length=32)
    prefix = models.CharField(max_length=80, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="serial_list_has_versions", fields=("project", "line", "stage", "number")
            ),
            models.CheckConstraint(name="serial_list_holds_some", condition=Q(count__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.stage} of {self.line} v{self.number}"


class SerialBlock(models.Model):
    """Neighbouring serials of a list, packed. Read in the order of `number`."""

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(
        SourcingProject, on_delete=models.PROTECT, related_name="serial_blocks", db_index=False
    )
    serial_list = models.ForeignKey(
        SerialList, on_delete=models.PROTECT, related_name="blocks", db_index=False
    )
    number = models.IntegerField()
    first = models.CharField(max_length=80)
    last = models.CharField(max_length=80)
    count = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="serial_block_has_one_place", fields=("serial_list", "number")
            ),
        )

    def __str__(self) -> str:
        return f"{self.serial_list_id}[{self.number}]"


class SerialOrigin(models.Model):
    """What is recorded here of the serials of a list: how many, made by whom and where, attested.

    Looked up when the list comes in; one row for each maker, facility and producer that was found.
    """

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(
        SourcingProject, on_delete=models.PROTECT, related_name="serial_origins"
    )
    serial_list = models.ForeignKey(SerialList, on_delete=models.PROTECT, related_name="origins")
    maker = models.CharField(max_length=120)
    producer = models.CharField(max_length=255, blank=True)
    facility = models.CharField(max_length=255, blank=True)
    country = models.CharField(max_length=2, blank=True)
    found = models.IntegerField()
    attested = models.IntegerField()
    sample = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.found} of {self.maker}"


class SerialChange(models.Model):
    """One serial in the place of another: before the property was placed in service, or after."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey(
        SourcingProject, on_delete=models.PROTECT, related_name="serial_changes", db_index=False
    )
    line = models.CharField(max_length=60)
    old = models.CharField(max_length=80)
    new = models.CharField(max_length=80)
    changed_on = models.DateField()
    reason = models.CharField(max_length=300)
    certificate = models.ForeignKey(
        SupplierCertificate, on_delete=models.PROTECT, null=True, related_name="serial_changes"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="serial_is_replaced_once", fields=("project", "line", "old")
            ),
            models.CheckConstraint(
                name="serial_is_replaced_by_another_for_a_reason",
                condition=~Q(old=models.F("new")) & ~Q(reason=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.new} for {self.old}"
