"""Evidence files of projects: each is filed once, kept for good, and verifies as of its date."""

from django.db import models
from django.db.models import Q

from passport.models.ids import new_id, new_salt
from passport.models.job import Job
from passport.models.sourcing_project import SourcingProject


class EvidenceFile(models.Model):
    """A file that the owner of a project asked for; its bytes lie in pieces.

    `number` counts the files of the project in the order of the log, from the moment that the
    manifest is made. `checksums` are the CRC-32 of the files of the archive, in their order.
    `subject_salt` hides the project in the log, and is the same in all its files. `supported` is
    the ratio as an exact fraction, "" when there is none.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey(
        SourcingProject, on_delete=models.PROTECT, related_name="files", db_index=False
    )
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="evidence_file")
    as_of = models.DateField()
    asked_at = models.DateTimeField()
    salt = models.BinaryField(max_length=16, default=new_salt)
    number = models.IntegerField(null=True)
    subject_salt = models.BinaryField(max_length=16, null=True)
    manifest = models.BinaryField(null=True)
    manifest_sha256 = models.BinaryField(max_length=32, null=True)
    checksums = models.BinaryField(null=True)
    rule_set = models.CharField(max_length=60, blank=True)
    verdict = models.CharField(max_length=20, blank=True)
    supported = models.CharField(max_length=200, blank=True)
    filed_at = models.DateTimeField(null=True)
    log_index = models.BigIntegerField(null=True)
    tree_size = models.BigIntegerField(null=True)
    sha256 = models.BinaryField(max_length=32, null=True)
    size_bytes = models.BigIntegerField(null=True)
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="evidence_file_has_its_number", fields=("project", "number")
            ),
            models.CheckConstraint(
                name="evidence_file_is_filed_whole",
                condition=Q(number=None, manifest=None, manifest_sha256=None, filed_at=None)
                | Q(
                    number__gt=0,
                    subject_salt__isnull=False,
                    manifest__isnull=False,
                    manifest_sha256__isnull=False,
                    checksums__isnull=False,
                    filed_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="evidence_file_is_sealed_whole",
                condition=Q(sealed_at=None, sha256=None)
                | Q(
                    sealed_at__isnull=False,
                    filed_at__isnull=False,
                    sha256__isnull=False,
                    size_bytes__isnull=False,
                    log_index__isnull=False,
                    tree_size__isnull=False,
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.project_id} {self.number}"


class EvidencePiece(models.Model):
    """A megabyte of an evidence file. Read in the order of `place`."""

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(
        SourcingProject, on_delete=models.PROTECT, related_name="file_pieces", db_index=False
    )
    file = models.ForeignKey(
        EvidenceFile, on_delete=models.PROTECT, related_name="pieces", db_index=False
    )
    place = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="evidence_piece_has_one_place", fields=("file", "place")),
        )

    def __str__(self) -> str:
        return f"{self.file_id}[{self.place}]"
