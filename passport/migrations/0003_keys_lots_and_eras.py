"""Keys and what is known of them, lots of material, trees of batches, names of the log."""

import django.contrib.postgres.fields
import django.db.models.deletion
import passport.models.ids
from django.db import migrations, models
from passport.postgres.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0002_rows_are_guarded"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="AttestationUpstream",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("sha256", models.BinaryField(max_length=32)),
                    ],
                ),
                migrations.CreateModel(
                    name="BatchTile",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("level", models.SmallIntegerField()),
                        ("place", models.IntegerField()),
                        ("hashes", models.BinaryField(max_length=960)),
                    ],
                ),
                migrations.CreateModel(
                    name="CheckpointTimestamp",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("authority", models.CharField(max_length=300)),
                        ("token", models.BinaryField()),
                        ("received_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="DidDocument",
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
                        ("did", models.CharField(max_length=255)),
                        ("url", models.CharField(max_length=600)),
                        ("body", models.BinaryField()),
                        ("sha256", models.BinaryField(max_length=32)),
                        ("trouble", models.CharField(blank=True, max_length=300)),
                        ("fetched_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Erasure",
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
                        ("digest", models.BinaryField(max_length=32, unique=True)),
                        ("reason", models.CharField(max_length=300)),
                        ("body", models.BinaryField()),
                        ("sha256", models.BinaryField(max_length=32, unique=True)),
                        ("erased_at", models.DateTimeField()),
                        ("written_in", models.BigIntegerField(default=0, editable=False)),
                    ],
                ),
                migrations.CreateModel(
                    name="HostedKey",
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
                        ("method", models.CharField(max_length=300, unique=True)),
                        ("purpose", models.CharField(max_length=16)),
                        ("kek_id", models.CharField(max_length=64)),
                        ("wrapped_key", models.BinaryField(max_length=128)),
                        ("sealed_seed", models.BinaryField(max_length=128)),
                        ("created_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="KeyRevocation",
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
                        ("signed_by", models.CharField(max_length=300)),
                        ("reason", models.CharField(max_length=24)),
                        ("suspect_from", models.BigIntegerField(null=True)),
                        ("body", models.BinaryField()),
                        ("sha256", models.BinaryField(max_length=32, unique=True)),
                        ("recorded_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="LogDocument",
                    fields=[
                        (
                            "sha256",
                            models.BinaryField(max_length=32, primary_key=True, serialize=False),
                        ),
                        ("kind", models.CharField(max_length=16)),
                        ("body", models.BinaryField()),
                        ("recorded_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="LogEra",
                    fields=[
                        (
                            "origin",
                            models.CharField(max_length=200, primary_key=True, serialize=False),
                        ),
                        ("began_at", models.BigIntegerField(unique=True)),
                        ("before", models.BinaryField(max_length=32, null=True)),
                        ("begun_on", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Lot",
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
                        ("identity", models.CharField(max_length=255, unique=True)),
                        (
                            "salt",
                            models.BinaryField(default=passport.models.ids.new_salt, max_length=16),
                        ),
                        ("registered_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Withdrawal",
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
                        ("method", models.CharField(max_length=300)),
                        ("reason", models.CharField(max_length=300)),
                        (
                            "items",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=255), null=True, size=None
                            ),
                        ),
                        ("body", models.BinaryField()),
                        ("sha256", models.BinaryField(max_length=32, unique=True)),
                        ("recorded_at", models.DateTimeField()),
                    ],
                ),
            ]
        ),
        migrations.RemoveConstraint(
            model_name="attestation",
            name="attestation_is_about_one_battery_or_a_batch",
        ),
        migrations.AddField(
            model_name="signingkey",
            name="custody",
            field=models.CharField(
                choices=[
                    ("OWN", "with its party"),
                    ("HOSTED", "with this service, in an envelope"),
                ],
                default="OWN",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="signingkey",
            name="replaces",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="passport.signingkey",
            ),
        ),
        # Who vouches for a key is derived from what its domain says, and changes with that.
        migrations.RemoveField(model_name="signingkey", name="vouched_by"),
        Together(
            [
                migrations.AlterField(
                    model_name="signingkey",
                    name="public_key",
                    field=models.BinaryField(max_length=32, unique=True),
                ),
                migrations.AddField(
                    model_name="attestationupstream",
                    name="attestation",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="upstream",
                        to="passport.attestation",
                    ),
                ),
                migrations.AddField(
                    model_name="batchtile",
                    name="attestation",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tiles",
                        to="passport.attestation",
                    ),
                ),
                migrations.AddField(
                    model_name="checkpointtimestamp",
                    name="checkpoint",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="timestamps",
                        to="passport.checkpoint",
                    ),
                ),
                migrations.AddField(
                    model_name="diddocument",
                    name="party",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="did_documents",
                        to="passport.party",
                    ),
                ),
                migrations.AddField(
                    model_name="erasure",
                    name="battery",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="passport.battery",
                    ),
                ),
                migrations.AddField(
                    model_name="hostedkey",
                    name="party",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hosted_keys",
                        to="passport.party",
                    ),
                ),
                migrations.AddField(
                    model_name="keyrevocation",
                    name="key",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revocations",
                        to="passport.signingkey",
                    ),
                ),
                migrations.AddField(
                    model_name="keyrevocation",
                    name="party",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="passport.party"
                    ),
                ),
            ]
        ),
        migrations.AddIndex(
            model_name="logdocument",
            index=models.Index(fields=["kind", "recorded_at"], name="log_document_of_kind"),
        ),
        migrations.AddField(
            model_name="lot",
            name="issuer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lots",
                to="passport.party",
            ),
        ),
        migrations.AddField(
            model_name="attestation",
            name="lot",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attestations",
                to="passport.lot",
            ),
        ),
        migrations.AddConstraint(
            model_name="attestation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("batch_size__isnull", True),
                        ("battery__isnull", False),
                        ("lot__isnull", True),
                    ),
                    models.Q(
                        ("batch_size__isnull", True),
                        ("battery__isnull", True),
                        ("lot__isnull", False),
                    ),
                    models.Q(
                        ("batch_size__gt", 0), ("battery__isnull", True), ("lot__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="attestation_is_about_one_battery_one_lot_or_a_batch",
            ),
        ),
        migrations.AddField(
            model_name="withdrawal",
            name="attestation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="withdrawals",
                to="passport.attestation",
            ),
        ),
        migrations.AddField(
            model_name="withdrawal",
            name="issuer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="passport.party"
            ),
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name="attestationupstream",
                    constraint=models.UniqueConstraint(
                        fields=("attestation", "sha256"), name="upstream_is_named_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="batchtile",
                    constraint=models.UniqueConstraint(
                        fields=("attestation", "level", "place"), name="batch_tile_has_one_place"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="checkpointtimestamp",
                    constraint=models.UniqueConstraint(
                        fields=("checkpoint", "authority"), name="timestamp_is_one_per_authority"
                    ),
                ),
                migrations.AddIndex(
                    model_name="diddocument",
                    index=models.Index(fields=["did", "-id"], name="did_document_newest"),
                ),
            ]
        ),
    ]
