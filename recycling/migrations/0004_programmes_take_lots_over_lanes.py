"""Programmes say which lots they take, how many a week, over which lanes and with which permits."""

import django.contrib.postgres.fields
from django.db import migrations, models
from passport.postgres.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0037_events_are_found_as_epcis"),
        ("recycling", "0003_an_offer_opens_a_hand_over_in_time"),
    ]

    operations = [
        Together(
            [
                migrations.AddField(
                    model_name="programme",
                    name="band_width",
                    field=models.DecimalField(decimal_places=3, max_digits=4, null=True),
                ),
                migrations.AddField(
                    model_name="programme",
                    name="lanes",
                    field=models.JSONField(default=list),
                ),
                migrations.AddField(
                    model_name="programme",
                    name="lot_maximum_packs",
                    field=models.IntegerField(null=True),
                ),
                migrations.AddField(
                    model_name="programme",
                    name="lot_minimum_packs",
                    field=models.IntegerField(null=True),
                ),
                migrations.AddField(
                    model_name="programme",
                    name="permit_countries",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), default=list, size=None
                    ),
                ),
                migrations.AddField(
                    model_name="programme",
                    name="permit_waste_codes",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), default=list, size=None
                    ),
                ),
                migrations.AddField(
                    model_name="programme",
                    name="process",
                    field=models.CharField(blank=True, max_length=10),
                ),
                migrations.AddField(
                    model_name="programme",
                    name="recovery",
                    field=models.JSONField(default=list),
                ),
                migrations.AddField(
                    model_name="programme",
                    name="use",
                    field=models.CharField(blank=True, max_length=30),
                ),
                migrations.AddField(
                    model_name="programme",
                    name="weekly_capacity_packs",
                    field=models.IntegerField(null=True),
                ),
            ]
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name="programme",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("band_width__isnull", True),
                                ("lot_maximum_packs__isnull", True),
                                ("lot_minimum_packs__isnull", True),
                            ),
                            models.Q(
                                ("band_width__gt", 0),
                                ("band_width__isnull", False),
                                ("band_width__lte", "1.2"),
                                ("lot_minimum_packs__gte", 1),
                                ("lot_minimum_packs__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="programme_takes_lots_of_one_band_or_single_packs",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="programme",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("lot_maximum_packs__isnull", True),
                            ("lot_maximum_packs__gte", models.F("lot_minimum_packs")),
                            _connector="OR",
                        ),
                        name="programme_lot_has_room_for_its_minimum",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="programme",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("weekly_capacity_packs__isnull", True),
                            ("weekly_capacity_packs__gte", 1),
                            _connector="OR",
                        ),
                        name="programme_takes_a_pack_a_week_at_least",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="programme",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "RECYCLER"),
                            models.Q(("process", ""), ("recovery", [])),
                            _connector="OR",
                        ),
                        name="programme_that_recovers_materials_recycles",
                    ),
                ),
            ]
        ),
    ]
