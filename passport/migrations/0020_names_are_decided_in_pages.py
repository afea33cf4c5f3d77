"""Administrators decide in pages who names batteries how, and a key says when it was used."""

import django.db.models.deletion
import passport.models.ids
from django.conf import settings
from django.db import migrations, models

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0019_printed_labels_are_remembered"),
    ]

    # Not reversible: to drop the policies would lay open who decided what.
    operations = [
        migrations.AddField(
            model_name="apikey",
            name="used_on",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="administrativeact",
            name="deed",
            field=models.CharField(
                choices=[
                    ("LINK_MADE", "made a link"),
                    ("LINK_REVOKED", "revoked a link"),
                    ("LINK_USED", "used a link"),
                    ("RESET_ASKED", "asked for a new password"),
                    ("PASSWORD_CHANGED", "changed a password"),
                    ("SIGNED_OUT", "signed out everywhere"),
                    ("APPLIED", "applied"),
                    ("APPROVED", "approved an application"),
                    ("REFUSED", "refused an application"),
                    ("MEMBER_ENDED", "ended a membership"),
                    ("PERSON_CLOSED", "closed an account"),
                    ("PERSON_OPENED", "opened an account again"),
                    ("ADMINISTRATOR_ENDED", "ended an administrator's role"),
                    ("SITTING_OPENED", "sat down as administrator"),
                    ("NAME_DECIDED", "decided who names batteries"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="NamingOrder",
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
                (
                    "kind",
                    models.CharField(
                        choices=[("GS1_PREFIX", "GS1 company prefix"), ("DOMAIN", "domain")],
                        max_length=10,
                    ),
                ),
                ("value", models.CharField(max_length=253)),
                (
                    "verdict",
                    models.CharField(
                        choices=[("ACCEPT", "accept"), ("REFUSE", "refuse"), ("REVOKE", "revoke")],
                        max_length=6,
                    ),
                ),
                ("reason", models.CharField(max_length=255)),
                ("document_sha256", models.BinaryField(max_length=32, null=True)),
                ("ordered_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, max_length=255)),
                (
                    "ordered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="naming_orders",
                        to="passport.party",
                    ),
                ),
                (
                    "right",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="passport.namingright",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["ordered_at"],
                        name="naming_order_waits",
                    )
                ],
            },
        ),
        migrations.RunSQL(body("naming_orders_v1"), migrations.RunSQL.noop),
    ]
