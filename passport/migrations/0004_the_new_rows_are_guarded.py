"""Guards for keys, lots, the service's own documents, erasures, and what may be logged."""

from django.db import migrations

from passport.postgres.script import body

BODIES = ("keys_v1", "lots_v1", "chains_v1", "log_documents_v1", "erasure_v1", "wishes_v2")


class Migration(migrations.Migration):
    dependencies = [("passport", "0003_keys_lots_and_eras")]

    # Not reversible: to lift the guards from rows that exist is what they are there to prevent.
    operations = [migrations.RunSQL(body(name), migrations.RunSQL.noop) for name in BODIES]
