"""What was bought for a project, on which papers and with which serials, stands beside its claim."""

import django.contrib.postgres.fields
import django.db.models.deletion
import passport.models.ids
from django.db import migrations, models

from passport.postgres.script import body
from passport.postgres.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0049_no_index_begins_another_of_its_table"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="SerialList",
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
                        ("line", models.CharField(max_length=60)),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("CERTIFIED", "CERTIFIED"),
                                    ("DELIVERED", "DELIVERED"),
                                    ("INSTALLED", "INSTALLED"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("number", models.IntegerField()),
                        ("source", models.CharField(blank=True, max_length=120)),
                        ("count", models.IntegerField()),
                        ("sha256", models.BinaryField(max_length=32)),
                        ("prefix", models.CharField(blank=True, max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="SourcingProject",
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
                        ("name", models.CharField(max_length=120)),
                        ("opened_at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sourcing_projects",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SourcingFlag",
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
                        ("key", models.CharField(max_length=80)),
                        ("kind", models.CharField(max_length=40)),
                        ("about", models.CharField(max_length=80)),
                        ("says", models.CharField(max_length=600)),
                        ("raised_on", models.DateField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "project",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="flags",
                                to="passport.sourcingproject",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SerialOrigin",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("maker", models.CharField(max_length=120)),
                        ("producer", models.CharField(blank=True, max_length=255)),
                        ("facility", models.CharField(blank=True, max_length=255)),
                        ("country", models.CharField(blank=True, max_length=2)),
                        ("found", models.IntegerField()),
                        ("attested", models.IntegerField()),
                        ("sample", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "serial_list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="origins",
                                to="passport.seriallist",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="serial_origins",
                                to="passport.sourcingproject",
                            ),
                        ),
                    ],
                ),
            ]
        ),
        migrations.AddField(
            model_name="seriallist",
            name="project",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="serial_lists",
                to="passport.sourcingproject",
            ),
        ),
        Together(
            [
                migrations.CreateModel(
                    name="SerialBlock",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("number", models.IntegerField()),
                        ("first", models.CharField(max_length=80)),
                        ("last", models.CharField(max_length=80)),
                        ("count", models.IntegerField()),
                        ("content", models.BinaryField()),
                        (
                            "serial_list",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="blocks",
                                to="passport.seriallist",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="serial_blocks",
                                to="passport.sourcingproject",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ProjectTerms",
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
                        ("number", models.IntegerField()),
                        ("taxpayer", models.CharField(max_length=64)),
                        ("taxpayer_tax_id", models.CharField(blank=True, max_length=40)),
                        ("site", models.CharField(blank=True, max_length=255)),
                        (
                            "credit",
                            models.CharField(
                                choices=[
                                    ("48E_STORAGE", "48E_STORAGE"),
                                    ("48E_FACILITY", "48E_FACILITY"),
                                    ("45Y_FACILITY", "45Y_FACILITY"),
                                    ("45X_COMPONENT", "45X_COMPONENT"),
                                ],
                                max_length=13,
                            ),
                        ),
                        (
                            "method",
                            models.CharField(
                                choices=[
                                    ("COST_PERCENTAGE", "COST_PERCENTAGE"),
                                    ("DIRECT_COST", "DIRECT_COST"),
                                ],
                                max_length=15,
                            ),
                        ),
                        ("begins_on", models.DateField(null=True)),
                        ("begins_by", models.CharField(blank=True, max_length=13)),
                        ("placed_on", models.DateField(null=True)),
                        ("nameplate_kwh", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("nameplate_kw", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("tax_year_starts", models.CharField(default="01-01", max_length=5)),
                        ("sold_on", models.DateField(null=True)),
                        ("component", models.CharField(blank=True, max_length=60)),
                        (
                            "elections",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), default=list, size=None
                            ),
                        ),
                        ("rule_set", models.CharField(max_length=60)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "project",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="terms",
                                to="passport.sourcingproject",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ProjectShare",
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
                        ("since", models.DateTimeField()),
                        ("until", models.DateTimeField(null=True)),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="projects_shared",
                                to="passport.party",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="shares",
                                to="passport.sourcingproject",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ProjectLine",
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
                        ("name", models.CharField(max_length=60)),
                        ("number", models.IntegerField()),
                        ("removed", models.BooleanField(default=False)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("PRODUCT", "PRODUCT"),
                                    ("COMPONENT", "COMPONENT"),
                                    ("MATERIAL", "MATERIAL"),
                                    ("STEEL_IRON", "STEEL_IRON"),
                                    ("SITE", "SITE"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("product", models.CharField(blank=True, max_length=60)),
                        ("row", models.CharField(blank=True, max_length=60)),
                        ("description", models.CharField(blank=True, max_length=255)),
                        ("model", models.CharField(blank=True, max_length=120)),
                        ("quantity", models.DecimalField(decimal_places=4, max_digits=18)),
                        (
                            "nameplate",
                            models.DecimalField(decimal_places=4, max_digits=18, null=True),
                        ),
                        ("producer", models.CharField(blank=True, max_length=64)),
                        ("product_producer", models.CharField(blank=True, max_length=64)),
                        ("supplier", models.CharField(blank=True, max_length=64)),
                        ("facility", models.CharField(blank=True, max_length=120)),
                        ("made_in", models.CharField(blank=True, max_length=2)),
                        ("excluded", models.CharField(blank=True, max_length=255)),
                        ("costs_count", models.SmallIntegerField(default=0)),
                        ("source", models.CharField(blank=True, max_length=120)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "project",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="passport.sourcingproject",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="LineCost",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("place", models.SmallIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("PRICE", "PRICE"),
                                    ("FREIGHT", "FREIGHT"),
                                    ("DUTY", "DUTY"),
                                    ("OWN_MATERIAL", "OWN_MATERIAL"),
                                    ("OWN_LABOUR", "OWN_LABOUR"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=4, max_digits=20)),
                        ("currency", models.CharField(max_length=3)),
                        ("incurred_on", models.DateField()),
                        ("rate", models.DecimalField(decimal_places=10, default=1, max_digits=20)),
                        ("rate_on", models.DateField(null=True)),
                        ("invoice", models.CharField(blank=True, max_length=80)),
                        ("document_sha256", models.BinaryField(max_length=32, null=True)),
                        (
                            "line",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="costs",
                                to="passport.projectline",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="costs",
                                to="passport.sourcingproject",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="FlagResolution",
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
                        ("says", models.CharField(max_length=600)),
                        ("reviewer", models.CharField(max_length=120)),
                        ("resolved_on", models.DateField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "flag",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="resolution",
                                to="passport.sourcingflag",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="resolutions",
                                to="passport.sourcingproject",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SupplierCertificate",
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
                        ("supplier", models.CharField(max_length=64)),
                        ("body", models.BinaryField()),
                        ("sha256", models.BinaryField(max_length=32)),
                        ("added_at", models.DateTimeField()),
                        (
                            "attestation",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="certificates",
                                to="passport.attestation",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="certificates",
                                to="passport.sourcingproject",
                            ),
                        ),
                    ],
                ),
            ]
        ),
        migrations.AddField(
            model_name="seriallist",
            name="certificate",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="serial_lists",
                to="passport.suppliercertificate",
            ),
        ),
        Together(
            [
                migrations.CreateModel(
                    name="SerialChange",
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
                        ("line", models.CharField(max_length=60)),
                        ("old", models.CharField(max_length=80)),
                        ("new", models.CharField(max_length=80)),
                        ("changed_on", models.DateField()),
                        ("reason", models.CharField(max_length=300)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "project",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="serial_changes",
                                to="passport.sourcingproject",
                            ),
                        ),
                        (
                            "certificate",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="serial_changes",
                                to="passport.suppliercertificate",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="CertificateLine",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("line", models.CharField(max_length=60)),
                        ("linked", models.BooleanField(default=True)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="certificate_lines",
                                to="passport.sourcingproject",
                            ),
                        ),
                        (
                            "certificate",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="passport.suppliercertificate",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="CertificateEnd",
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
                        ("ended_on", models.DateField()),
                        ("because", models.CharField(max_length=300)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="certificate_ends",
                                to="passport.sourcingproject",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="supersedes",
                                to="passport.suppliercertificate",
                            ),
                        ),
                        (
                            "certificate",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="end",
                                to="passport.suppliercertificate",
                            ),
                        ),
                    ],
                ),
            ]
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name="sourcingproject",
                    constraint=models.UniqueConstraint(
                        fields=("owner", "name"), name="project_name_is_unique_within_its_owner"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sourcingflag",
                    constraint=models.UniqueConstraint(
                        fields=("project", "key"), name="flag_is_raised_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="serialblock",
                    constraint=models.UniqueConstraint(
                        fields=("serial_list", "number"), name="serial_block_has_one_place"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="projectterms",
                    constraint=models.UniqueConstraint(
                        fields=("project", "number"), name="terms_of_a_project_have_versions"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="projectterms",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("nameplate_kwh__gte", 0), ("nameplate_kw__gte", 0)),
                        name="terms_have_a_nameplate",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="projectshare",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("project", "party"),
                        name="project_is_shared_once_with_a_party",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="projectshare",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="share_ends_after_it_begins",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="projectline",
                    constraint=models.UniqueConstraint(
                        fields=("project", "name", "number"), name="line_of_a_project_has_versions"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="projectline",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 0), ("costs_count__gte", 0)),
                        name="line_has_a_quantity",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="linecost",
                    constraint=models.UniqueConstraint(
                        fields=("line", "place"), name="cost_has_one_place"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="linecost",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("rate__gt", 0)), name="cost_has_a_rate"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="flagresolution",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("says", ""), _negated=True),
                            models.Q(("reviewer", ""), _negated=True),
                        ),
                        name="resolution_says_something_by_somebody",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="suppliercertificate",
                    constraint=models.UniqueConstraint(
                        fields=("project", "sha256"), name="certificate_is_once_in_a_project"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="seriallist",
                    constraint=models.UniqueConstraint(
                        fields=("project", "line", "stage", "number"),
                        name="serial_list_has_versions",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="seriallist",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("count__gt", 0)), name="serial_list_holds_some"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="serialchange",
                    constraint=models.UniqueConstraint(
                        fields=("project", "line", "old"), name="serial_is_replaced_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="serialchange",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("old", models.F("new")), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                        ),
                        name="serial_is_replaced_by_another_for_a_reason",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="certificateend",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("by__isnull", True),
                            models.Q(("by", models.F("certificate")), _negated=True),
                            _connector="OR",
                        ),
                        name="certificate_is_not_superseded_by_itself",
                    ),
                ),
            ]
        ),
        # Not reversible: what was recorded would be gone.
        migrations.RunSQL(body("sourcing_project_v1"), migrations.RunSQL.noop),
    ]
