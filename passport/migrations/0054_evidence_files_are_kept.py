"""What is filed of a project is kept, and written once."""

import django.db.models.deletion
import passport.models.ids
from passport.postgres.script import body
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0053_suppliers_offer_and_projects_are_planned"),
    ]

    # Not reversible: to lift the guards from rows that exist is what they are there to prevent.
    operations = [
        migrations.CreateModel(
            name="EvidenceFile",
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
                ("as_of", models.DateField()),
                ("asked_at", models.DateTimeField()),
                ("salt", models.BinaryField(default=passport.models.ids.new_salt, max_length=16)),
                ("number", models.IntegerField(null=True)),
                ("subject_salt", models.BinaryField(max_length=16, null=True)),
                ("manifest", models.BinaryField(null=True)),
                ("manifest_sha256", models.BinaryField(max_length=32, null=True)),
                ("checksums", models.BinaryField(null=True)),
                ("rule_set", models.CharField(blank=True, max_length=60)),
                ("verdict", models.CharField(blank=True, max_length=20)),
                ("supported", models.CharField(blank=True, max_length=200)),
                ("filed_at", models.DateTimeField(null=True)),
                ("log_index", models.BigIntegerField(null=True)),
                ("tree_size", models.BigIntegerField(null=True)),
                ("sha256", models.BinaryField(max_length=32, null=True)),
                ("size_bytes", models.BigIntegerField(null=True)),
                ("sealed_at", models.DateTimeField(null=True)),
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence_file",
                        to="passport.job",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="passport.sourcingproject",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EvidencePiece",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("place", models.IntegerField()),
                ("content", models.BinaryField()),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pieces",
                        to="passport.evidencefile",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="file_pieces",
                        to="passport.sourcingproject",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="evidencefile",
            constraint=models.UniqueConstraint(
                fields=("project", "number"), name="evidence_file_has_its_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencefile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("filed_at", None),
                        ("manifest", None),
                        ("manifest_sha256", None),
                        ("number", None),
                    ),
                    models.Q(
                        ("checksums__isnull", False),
                        ("filed_at__isnull", False),
                        ("manifest__isnull", False),
                        ("manifest_sha256__isnull", False),
                        ("number__gt", 0),
                        ("subject_salt__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="evidence_file_is_filed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencefile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sealed_at", None), ("sha256", None)),
                    models.Q(
                        ("filed_at__isnull", False),
                        ("log_index__isnull", False),
                        ("sealed_at__isnull", False),
                        ("sha256__isnull", False),
                        ("size_bytes__isnull", False),
                        ("tree_size__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="evidence_file_is_sealed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencepiece",
            constraint=models.UniqueConstraint(
                fields=("file", "place"), name="evidence_piece_has_one_place"
            ),
        ),
        migrations.RunSQL(body("sourcing_files_v1"), migrations.RunSQL.noop),
    ]
