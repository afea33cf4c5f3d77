"""A stage for backups: a database with a log and its files, and fresh databases to restore into."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.core.management import call_command

from passport.actions import event
from passport.models import Battery, LifecycleEvent
from passport.models.ids import new_id
from passport.rules.lifecycle import EventKind
from tests.cast import THEN, Cast
from tests.databases import Cluster, entered
from tests.passport.house import House


@dataclass
class Salvage:
    """`settings` point to the house's files; `into()` points them to another database."""

    cluster: Cluster
    settings: Any
    cast: Cast
    pack: Battery
    house: House
    name: str
    folder: Path
    made: list[str]

    def happens(self, *, technician: str = "somebody", logged: bool = True) -> LifecycleEvent:
        """One more event, logged and published unless it is to wait."""
        told = event.record(
            battery_id=self.pack.pk, kind=EventKind.INCIDENT, happened_at=THEN, event_id=new_id(),
            facts={"technician": technician}, by=self.cast["maker"], at=THEN,
        )  # fmt: skip
        if logged:
            self.house.turn()
        return told

    @contextmanager
    def inside(self, name: str = "") -> Iterator[None]:
        """Enter this or another database as the system's role; the commands mean the same one."""
        name = name or self.name
        self.settings.PASSPORT_DB_ADDRESS = replace(self.cluster.address, name=name)
        with entered(self.cluster.address, name, "system"):
            yield

    def fresh(self) -> str:
        """The name of a database that does not exist; dropped at the end if it was made."""
        self.made.append(f"{self.name}_again_{len(self.made)}")
        return self.made[-1]

    def rows(self, name: str) -> dict[str, str]:
        """By table, a digest over all its rows as text, in an order of their own."""
        with self.cluster.admin(name) as admin:
            tables = admin.execute(
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
                " AND relnamespace = 'public'::regnamespace AND relname <> 'django_session'"
            ).fetchall()
            asked = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t"
            return {table: admin.execute(asked.format(table)).fetchone()[0] for (table,) in tables}


def call(command: str, *arguments: object) -> str:
    """What a command says on both its outputs."""
    said = io.StringIO()
    call_command(command, *map(str, arguments), stdout=said, stderr=said)
    return said.getvalue()


def set_up(
    cluster: Cluster, settings: Any, cast: Cast, pack: Battery, house: House, folder: Path
) -> Salvage:
    """Point the settings to the house and begin the log with an event."""
    settings.PASSPORT_STATE = folder
    settings.PASSPORT_WITNESSES = {}
    settings.PASSPORT_POLICY = folder / "policy"
    settings.PASSPORT_POLICY.write_text(house.policy_text())
    house.record_file.chmod(0o600)
    return Salvage(cluster, settings, cast, pack, house, "", folder, [])
