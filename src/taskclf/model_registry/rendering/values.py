"""What differs between two documents, as a table that two pages share."""

from collections.abc import Sequence

from pydantic import JsonValue

from taskclf.model_registry.contract.change import Change
from taskclf.model_registry.rendering.blocks import shown
from taskclf.model_registry.rendering.content import Column, Table

_SHOWN = 50


def table_of_values(changed: Sequence[Change], before: str, after: str) -> Table:
    """Return each place with both its values, under the names that those have."""
    columns = (Column("Place", "name"), Column(before), Column(after))
    rows = tuple(
        (_place(change), _value(change.before), _value(change.after)) for change in changed[:_SHOWN]
    )
    return Table(columns, rows, hidden=len(changed) - len(rows))


def _place(change: Change) -> str:
    return change.pointer[1:].replace("/", ".").replace("~1", "/").replace("~0", "~")


def _value(value: JsonValue) -> str:
    return "" if value is None else shown(value)
