"""An operation of migrations: many changes of one sort, for which the models are drawn once.

Django draws every model that is related to a changed one anew after each change. Here nearly all
are related to a party or a battery, so that twenty changes take seconds and one takes none.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Together(Operation):
    """Changes none of which needs another: fields of tables that exist, or indexes and constraints.

    Each finds the models as they are before all of them, and as they are after all of them.
    """

    def __init__(self, operations: Sequence[Any]) -> None:
        self.operations = operations

    @property
    def reversible(self) -> bool:  # type: ignore[override]
        """When each of them is."""
        return all(each.reversible for each in self.operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """What is not drawn is not drawn anew; whoever asks next draws it all."""
        state.__dict__.pop("apps", None)
        for each in self.operations:
            each.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """In their order."""
        for each in self.operations:
            each.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """In the opposite order."""
        for each in reversed(self.operations):
            each.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Theirs, one after the other."""
        return "; ".join(each.describe() for each in self.operations)
