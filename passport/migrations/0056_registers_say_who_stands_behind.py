"""Who stands behind what was bought is kept in registers, each its owner's own."""

import django.contrib.postgres.fields
import django.db.models.deletion
import passport.models.ids
from passport.postgres.script import body
from passport.postgres.together import Together
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0055_lines_say_when_they_were_contracted"),
    ]

    # Not reversible: to lift the guards from rows that exist is what they are there to prevent.
    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="ListSnapshot",
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
                        ("list_id", models.CharField(max_length=40)),
                        ("sha256", models.BinaryField(max_length=32)),
                        ("content", models.BinaryField()),
                        ("entries", models.IntegerField()),
                        ("retrieved_on", models.DateField()),
                        ("source", models.CharField(blank=True, max_length=300)),
                        ("recorded_by", models.CharField(max_length=120)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="list_snapshots",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ListMatch",
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
                        ("entity", models.CharField(max_length=64)),
                        ("own_name", models.CharField(max_length=200)),
                        ("listed_name", models.CharField(max_length=200)),
                        ("score", models.DecimalField(decimal_places=2, max_digits=3)),
                        ("since", models.DateField()),
                        ("until", models.DateField(null=True)),
                        ("found_at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="list_matches",
                                to="passport.party",
                            ),
                        ),
                        (
                            "snapshot",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="matches",
                                to="passport.listsnapshot",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="MatchDecision",
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
                        ("list_id", models.CharField(max_length=40)),
                        ("entity", models.CharField(max_length=64)),
                        ("listed_name", models.CharField(max_length=200)),
                        (
                            "decision",
                            models.CharField(
                                choices=[
                                    ("OPEN", "OPEN"),
                                    ("CONFIRMED", "CONFIRMED"),
                                    ("DISMISSED", "DISMISSED"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("reason", models.CharField(max_length=600)),
                        ("reviewer", models.CharField(max_length=120)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="match_decisions",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SourcingContract",
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
                        ("key", models.CharField(max_length=64)),
                        ("number", models.IntegerField()),
                        ("payer", models.CharField(max_length=64)),
                        ("counterparty", models.CharField(max_length=64)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("SUPPLY", "SUPPLY"),
                                    ("LICENCE", "LICENCE"),
                                    ("SERVICE", "SERVICE"),
                                    ("ENERGY_MANAGEMENT", "ENERGY_MANAGEMENT"),
                                    ("LEASE", "LEASE"),
                                    ("OTHER", "OTHER"),
                                ],
                                max_length=17,
                            ),
                        ),
                        ("signed_on", models.DateField()),
                        ("modified_on", models.DateField(null=True)),
                        ("ended_on", models.DateField(null=True)),
                        (
                            "rights",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), default=list, size=None
                            ),
                        ),
                        ("payments", models.JSONField(default=list)),
                        (
                            "counsel",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("EFFECTIVE_CONTROL", "EFFECTIVE_CONTROL"),
                                    ("NONE", "NONE"),
                                ],
                                max_length=17,
                            ),
                        ),
                        ("source", models.CharField(max_length=300)),
                        ("document_sha256", models.BinaryField(max_length=32, null=True)),
                        ("recorded_by", models.CharField(max_length=120)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sourcing_contracts",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SourcingEntity",
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
                        ("key", models.CharField(max_length=64)),
                        ("number", models.IntegerField()),
                        ("name", models.CharField(max_length=200)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("CORPORATION", "CORPORATION"),
                                    ("PARTNERSHIP", "PARTNERSHIP"),
                                    ("TRUST", "TRUST"),
                                    ("ESTATE", "ESTATE"),
                                    ("PERSON", "PERSON"),
                                    ("GOVERNMENT", "GOVERNMENT"),
                                ],
                                max_length=11,
                            ),
                        ),
                        ("country", models.CharField(blank=True, max_length=2)),
                        ("principal_place", models.CharField(blank=True, max_length=2)),
                        (
                            "nationalities",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=2), default=list, size=None
                            ),
                        ),
                        ("us_person", models.BooleanField(null=True)),
                        ("registry_id", models.CharField(blank=True, max_length=80)),
                        ("publicly_traded", models.BooleanField(default=False)),
                        ("tax_year_starts", models.CharField(default="01-01", max_length=5)),
                        (
                            "also_called",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=200), default=list, size=None
                            ),
                        ),
                        ("complete_on", models.DateField(null=True)),
                        ("source", models.CharField(blank=True, max_length=300)),
                        ("recorded_by", models.CharField(max_length=120)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sourcing_entities",
                                to="passport.party",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="told_of_in_registers",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SourcingFact",
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
                        ("fact", models.UUIDField()),
                        ("number", models.IntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("HOLDING", "HOLDING"),
                                    ("DEBT", "DEBT"),
                                    ("OFFICE", "OFFICE"),
                                ],
                                max_length=7,
                            ),
                        ),
                        ("holder", models.CharField(max_length=64)),
                        ("of", models.CharField(max_length=64)),
                        (
                            "measure",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("VOTE", "VOTE"),
                                    ("VALUE", "VALUE"),
                                    ("PROFITS", "PROFITS"),
                                    ("CAPITAL", "CAPITAL"),
                                    ("BENEFICIAL", "BENEFICIAL"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "percent",
                            models.DecimalField(decimal_places=12, max_digits=15, null=True),
                        ),
                        ("office", models.CharField(blank=True, max_length=80)),
                        ("since", models.DateField()),
                        ("until", models.DateField(null=True)),
                        ("withdrawn", models.BooleanField(default=False)),
                        ("source", models.CharField(max_length=300)),
                        ("document_sha256", models.BinaryField(max_length=32, null=True)),
                        ("recorded_by", models.CharField(max_length=120)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sourcing_facts",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SourcingReview",
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
                        ("entity", models.CharField(max_length=64)),
                        ("tested_on", models.DateField()),
                        ("conclusion", models.CharField(max_length=10)),
                        ("reason", models.CharField(max_length=600)),
                        ("reviewer", models.CharField(max_length=120)),
                        ("person_id", models.UUIDField()),
                        ("document_sha256", models.BinaryField(max_length=32)),
                        ("decided_on", models.DateField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sourcing_reviews",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="StandingFound",
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
                        ("entity", models.CharField(max_length=64)),
                        ("number", models.IntegerField()),
                        ("before", models.CharField(blank=True, max_length=10)),
                        ("standing", models.CharField(max_length=10)),
                        ("clause", models.CharField(max_length=60)),
                        ("tested_on", models.DateField()),
                        (
                            "because",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(), size=None
                            ),
                        ),
                        ("rule_set", models.CharField(max_length=60)),
                        ("found_at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="standings_found",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="StandingSeen",
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
                        ("who", models.CharField(max_length=120)),
                        ("seen_at", models.DateTimeField()),
                        (
                            "found",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="seen",
                                to="passport.standingfound",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="standings_seen",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
            ]
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name="listsnapshot",
                    constraint=models.UniqueConstraint(
                        fields=("owner", "list_id", "sha256"), name="list_is_kept_once_as_it_was"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="listmatch",
                    constraint=models.UniqueConstraint(
                        fields=("snapshot", "entity", "listed_name", "since"),
                        name="match_is_found_once_in_a_snapshot",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="listmatch",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("score__gt", 0), ("score__lte", 1)),
                        name="match_has_a_likeness",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="matchdecision",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True),
                            models.Q(("reviewer", ""), _negated=True),
                        ),
                        name="match_is_decided_by_somebody_for_a_reason",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sourcingcontract",
                    constraint=models.UniqueConstraint(
                        fields=("owner", "key", "number"), name="contract_has_versions"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sourcingentity",
                    constraint=models.UniqueConstraint(
                        fields=("owner", "key", "number"), name="entity_has_versions"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sourcingfact",
                    constraint=models.UniqueConstraint(
                        fields=("owner", "fact", "number"), name="fact_has_versions"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sourcingfact",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "HOLDING"),
                                ("percent__isnull", False),
                                models.Q(("measure", ""), _negated=True),
                            ),
                            models.Q(("kind", "DEBT"), ("measure", ""), ("percent__isnull", False)),
                            models.Q(
                                ("kind", "OFFICE"),
                                ("measure", ""),
                                ("percent__isnull", True),
                                models.Q(("office", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="fact_says_what_its_kind_asks_for",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sourcingfact",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("percent__isnull", True),
                            models.Q(("percent__gt", 0), ("percent__lte", 100)),
                            _connector="OR",
                        ),
                        name="fact_is_of_a_part_of_the_whole",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sourcingfact",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True),
                            ("until__gt", models.F("since")),
                            _connector="OR",
                        ),
                        name="fact_ends_after_it_begins",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sourcingreview",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("conclusion__in", ("SPECIFIED", "INFLUENCED", "CLEAN", "REVIEW")),
                            models.Q(("reason", ""), _negated=True),
                            models.Q(("reviewer", ""), _negated=True),
                        ),
                        name="review_concludes_something_for_a_reason",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="standingfound",
                    constraint=models.UniqueConstraint(
                        fields=("owner", "entity", "number"),
                        name="standing_of_an_entity_has_versions",
                    ),
                ),
            ]
        ),
        migrations.RunSQL(body("sourcing_register_v1"), migrations.RunSQL.noop),
    ]
