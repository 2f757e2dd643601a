"""Collect what the reference shows of a pydantic field: type, rules, default.

A constraint such as "0 to 1" lives in an `Annotated` type, often behind a name of its own
(`Share`). A reader of the reference wants the plain type and the rule in words, so this griffe
extension unfolds the names and words the rules from the JSON Schema of each model, which
griffe-pydantic has stored by then. The template `pydantic_model.html.jinja` renders the result.
"""

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import griffe

JsonSchema = dict[str, Any]

_logger = griffe.get_logger("field_rules")

_ANNOTATED = {"typing.Annotated", "typing_extensions.Annotated"}
_FORMATS = {"date": "RFC 3339 full-date", "date-time": "RFC 3339 date-time with offset"}
_NOUNS = {"array": "list", "integer": "number", "number": "number", "string": "string"}
_MAX_SAFE_INTEGER = 2**53 - 1


@dataclasses.dataclass(frozen=True)
class FieldRow:
    """One field as one row of a table.

    Attributes:
        name: The key.
        type: The annotation without constraints.
        rules: The constraints in words.
        required: Whether the field must be given.
        default: The default as Python source, empty when it is computed.
        docstring: What the field means.
    """

    name: str
    type: griffe.Expr | str | None
    rules: str
    required: bool
    default: str
    docstring: str


class FieldRules(griffe.Extension):
    """Put a list of `FieldRow` on every pydantic model, as `extra.field_rules.rows`."""

    def on_package(self, *, pkg: griffe.Module, **_: object) -> None:
        """Visit every model of the package, griffe-pydantic having found them."""
        for model in _models(pkg):
            known = model.extra["griffe_pydantic"]
            if "schema" not in known:
                _logger.warning("No JSON Schema for %s: is it importable?", model.path)
                continue
            schema = json.loads(known["schema"])
            model.extra["field_rules"]["rows"] = [
                _row(field, schema) for field in known["fields"]().values()
            ]


def _models(parent: griffe.Object) -> Iterator[griffe.Class]:
    for member in parent.members.values():
        if isinstance(member, griffe.Class) and "griffe_pydantic" in member.extra:
            yield member
        if isinstance(member, griffe.Class | griffe.Module):
            yield from _models(member)


def _row(field: griffe.Attribute, schema: JsonSchema) -> FieldRow:
    if field.docstring is None:
        _logger.warning("%s has no docstring", field.path)
    own = schema["properties"][field.name]
    return FieldRow(
        name=field.name,
        type=_plain(field.annotation, field) if field.annotation else None,
        rules="; ".join(_rules(own)),
        required=field.name in schema.get("required", ()),
        default=repr(own["default"]) if "default" in own else "",
        docstring=field.docstring.value if field.docstring else "",
    )


def _plain(expression: Any, scope: griffe.Object) -> Any:
    """Unfold `Annotated` and the package's own names for types, at any depth."""
    if isinstance(expression, list | tuple):
        return type(expression)(_plain(item, scope) for item in expression)
    if isinstance(expression, griffe.ExprName):
        meaning = _value_of(expression, scope)
        return expression if meaning is None else _plain(meaning, scope)
    if not isinstance(expression, griffe.Expr):
        return expression
    if (
        isinstance(expression, griffe.ExprSubscript)
        and expression.canonical_path in _ANNOTATED
        and isinstance(expression.slice, griffe.ExprTuple)
    ):
        return _plain(expression.slice.elements[0], scope)
    parts = {part.name: getattr(expression, part.name) for part in dataclasses.fields(expression)}
    return dataclasses.replace(
        expression, **{name: _plain(part, scope) for name, part in parts.items()}
    )


def _value_of(name: griffe.ExprName, scope: griffe.Object) -> griffe.Expr | None:
    """Return what a name for a type stands for; None for a class and for names of others."""
    try:
        value = scope.modules_collection[name.canonical_path].value
    except (AttributeError, KeyError, griffe.AliasResolutionError):
        return None
    return value if isinstance(value, griffe.Expr) else None


def _rules(schema: JsonSchema) -> Iterator[str]:
    for choice in schema.get("anyOf", ()):
        yield from _rules(choice)
    yield from _size_rules(schema)
    yield from _range_rules(schema)
    if schema.get("format") in _FORMATS:
        yield _FORMATS[schema["format"]]
    elif "pattern" in schema:
        yield f"matches {schema['pattern']}"
    if schema.get("uniqueItems"):
        yield "no repeats"
    if "items" in schema:
        yield from _item_rules(schema["items"])


def _item_rules(schema: JsonSchema) -> Iterator[str]:
    """Tell the rules of the items, then of the items' items: rows and cells of a matrix."""
    inner = schema.get("items")
    own = ", ".join(_rules({key: value for key, value in schema.items() if key != "items"}))
    if own:
        yield f"every {_NOUNS.get(schema.get('type', ''), 'item')} {own}"
    if inner:
        yield from _item_rules(inner)


def _size_rules(schema: JsonSchema) -> Iterator[str]:
    for least, unit in (("minLength", "characters"), ("minItems", "items")):
        if (size := schema.get(least, 0)) == 1:
            yield "not empty"
        elif size:
            yield f"at least {size} {unit}"
    for most, unit in (("maxLength", "characters"), ("maxItems", "items")):
        if most in schema:
            yield f"at most {schema[most]} {unit}"


def _range_rules(schema: JsonSchema) -> Iterator[str]:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and low == high:
        yield f"only {_number(low)}"
    elif low is not None and high is not None:
        yield f"{_number(low)} to {_number(high)}"
    elif low is not None:
        yield f"≥ {_number(low)}"
    elif high is not None:
        yield f"≤ {_number(high)}"


def _number(value: float) -> str:
    return "2⁵³ − 1" if value == _MAX_SAFE_INTEGER else f"{value:g}"
