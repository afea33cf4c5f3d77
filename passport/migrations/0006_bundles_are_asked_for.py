"""Bundles that are made behind the request; batteries are found by their serial."""

import django.contrib.postgres.fields
import django.db.models.deletion
import passport.models.ids
from django.db import migrations, models

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0005_bundles_read_past_the_wall")]

    # Not reversible: to drop the policies would lay open whose files these are.
    operations = [
        migrations.AddIndex(
            model_name="battery",
            index=models.Index(
                fields=["serial"], name="battery_serial", opclasses=("varchar_pattern_ops",)
            ),
        ),
        migrations.CreateModel(
            name="BundleOrder",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=passport.models.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=200)),
                ("batteries", models.IntegerField()),
                ("asked_at", models.DateTimeField()),
                ("content", models.BinaryField(null=True)),
                ("sha256", models.BinaryField(max_length=32, null=True)),
                ("size_bytes", models.BigIntegerField(default=0)),
                ("tree_size", models.BigIntegerField(null=True)),
                (
                    "issuers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=255), default=list, size=None
                    ),
                ),
                ("made_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bundle_order",
                        to="passport.job",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bundle_orders",
                        to="passport.party",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("content__isnull", False)),
                        fields=["expires_at"],
                        name="bundle_order_expires",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("content__isnull", True),
                            models.Q(
                                ("expires_at__isnull", False),
                                ("made_at__isnull", False),
                                ("sha256__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="bundle_order_file_has_digest_and_end",
                    )
                ],
            },
        ),
        migrations.RunSQL(body("bundle_orders_v1"), migrations.RunSQL.noop),
    ]
