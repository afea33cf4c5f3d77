"""Links end with whoever made them, and what anybody may ask for is bounded."""

from django.db import migrations

from passport.postgres.script import body

BODIES = ("links_end_v1", "asking_v1")


class Migration(migrations.Migration):
    dependencies = [("passport", "0026_who_holds_little_reads_little")]

    # Not reversible: to drop the triggers would leave doors open behind whoever goes.
    operations = [migrations.RunSQL(body(name)) for name in BODIES]
