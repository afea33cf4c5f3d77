"""A plan says in which week each pack goes; between two days it may be fetched."""

from django.db import migrations, models

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0052_the_index_of_events_follows_the_log"),
        ("recycling", "0011_a_test_stands_until_something_happens"),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="goes_by",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="planline",
            name="goes_by",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="retirement",
            name="due_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="retirement",
            name="ready_on",
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("goes_by__isnull", True), ("programme__isnull", False), _connector="OR"
                ),
                name="line_goes_somewhere_by_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="retirement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ready_on__isnull", True),
                    ("due_on__isnull", True),
                    ("due_on__gte", models.F("ready_on")),
                    _connector="OR",
                ),
                name="retirement_is_due_when_it_is_ready_or_later",
            ),
        ),
        migrations.RunSQL(body("plan_weeks_v1"), migrations.RunSQL.noop),
    ]
