"""Bundles that are made behind the request, and kept for a while to be fetched."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from passport.models.ids import new_id
from passport.models.job import Job
from passport.models.party import Party


class BundleOrder(models.Model):
    """A bundle that a party asked for; the job's payload names the batteries.

    The file goes when it expires: it can be made again, as of a newer checkpoint. `issuers` are the
    DIDs whose keys it shows.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="bundle_orders")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="bundle_order")
    title = models.CharField(max_length=200, blank=True)
    batteries = models.IntegerField()
    asked_at = models.DateTimeField()
    content = models.BinaryField(null=True)
    sha256 = models.BinaryField(max_length=32, null=True)
    size_bytes = models.BigIntegerField(default=0)
    tree_size = models.BigIntegerField(null=True)
    issuers = ArrayField(models.CharField(max_length=255), default=list)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("expires_at",),
                name="bundle_order_expires",
                condition=Q(content__isnull=False),
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="bundle_order_file_has_digest_and_end",
                condition=Q(content__isnull=True)
                | Q(sha256__isnull=False, made_at__isnull=False, expires_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"bundle of {self.batteries} for {self.party_id}"
