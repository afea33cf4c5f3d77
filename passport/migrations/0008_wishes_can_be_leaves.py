"""What waits for the log can be written as a leaf: else it would stop the log."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0007_entries_about_many_keep_their_subjects"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        (
                            "attestation",
                            "batch",
                            "event",
                            "key",
                            "correction",
                            "erasure",
                            "index",
                            "backup",
                            "previous-log",
                            "heartbeat",
                        ),
                    )
                ),
                name="wish_is_of_a_kind_that_leaves_have",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind__in", ("attestation", "batch", "key", "correction")),
                        ("method__isnull", False),
                    ),
                    models.Q(
                        models.Q(
                            ("kind__in", ("attestation", "batch", "key", "correction")),
                            _negated=True,
                        ),
                        ("method__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="wish_names_a_method_just_when_it_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("subjects", 0),
                    models.Q(
                        ("subjects__gt", 0),
                        models.Q(
                            ("kind__in", ("index", "backup", "previous-log", "heartbeat")),
                            _negated=True,
                        ),
                    ),
                    _connector="OR",
                ),
                name="wish_of_the_log_itself_is_about_nobody",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("method__isnull", True), ("method__length__lte", 255), _connector="OR"
                ),
                name="wish_names_a_method_that_a_leaf_can_hold",
            ),
        ),
    ]
