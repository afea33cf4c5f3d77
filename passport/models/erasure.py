"""What was erased on lawful demand: the fact stays, the content and its salt go."""

from django.db import models

from passport.models.battery import Battery
from passport.models.ids import new_id


class Erasure(models.Model):
    """That the document of this digest was erased; the row's own bytes are logged.

    `written_in` is PostgreSQL's transaction that wrote the row: it alone may blank the content.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    digest = models.BinaryField(max_length=32, unique=True)
    battery = models.ForeignKey(Battery, on_delete=models.PROTECT, null=True)
    reason = models.CharField(max_length=300)
    body = models.BinaryField()
    sha256 = models.BinaryField(max_length=32, unique=True)
    erased_at = models.DateTimeField()
    written_in = models.BigIntegerField(default=0, editable=False)

    def __str__(self) -> str:
        return f"{bytes(self.digest).hex()} erased"
