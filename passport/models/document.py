"""A document known by its digest."""

from django.db import models

from passport.models.party import Party


class Document(models.Model):
    sha256 = models.BinaryField(primary_key=True, max_length=32)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="documents")
    media_type = models.CharField(max_length=80)
    size_bytes = models.BigIntegerField()
    content = models.BinaryField()
    access = models.CharField(max_length=20)
    stored_at = models.DateTimeField()

    def __str__(self) -> str:
        return bytes(self.sha256).hex()
