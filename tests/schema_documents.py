"""Documents that a JSON Schema describes, as Hypothesis draws them.

Only the keywords that the project's schemas use; another one is an error, never ignored.
"""

from collections.abc import Callable
from typing import Any

import jsonschema
from hypothesis import strategies as st
from strategies import json_values, texts

_ANNOTATIONS = {
    "$schema",
    "$id",
    "$comment",
    "$defs",
    "title",
    "description",
    "examples",
    "default",
}
_FORMATS = jsonschema.Draft202012Validator.FORMAT_CHECKER
_MOST = 2**70


def documents_of(schema: Any, root: dict[str, Any] | None = None) -> st.SearchStrategy[Any]:
    """Return what the schema accepts, format assertion on; `root` is where `$ref` begins."""
    if schema is True:
        return json_values
    root = schema if root is None else root
    rules = {key: value for key, value in schema.items() if key not in _ANNOTATIONS}
    if not rules:
        return json_values
    if "$ref" in rules:
        definition = root["$defs"][rules["$ref"].removeprefix("#/$defs/")]
        return st.deferred(lambda: documents_of(definition, root))
    if "anyOf" in rules:
        return st.one_of([documents_of(choice, root) for choice in rules["anyOf"]])
    if "enum" in rules:
        return st.sampled_from(rules["enum"])
    return _KINDS[rules.pop("type")](root, **rules)


def _objects(
    root: dict[str, Any],
    *,
    properties: dict[str, Any] | None = None,
    required: tuple[str, ...] = (),
    additionalProperties: Any = True,  # noqa: N803 - the keyword's name
    propertyNames: Any = True,  # noqa: N803 - the keyword's name
) -> st.SearchStrategy[dict[str, Any]]:
    known = {key: documents_of(schema, root) for key, schema in (properties or {}).items()}
    objects = st.fixed_dictionaries(
        {key: known[key] for key in required},
        optional={key: documents for key, documents in known.items() if key not in required},
    )
    if additionalProperties is False:
        return objects
    keys = texts if propertyNames is True else documents_of({"type": "string", **propertyNames})
    values = documents_of(additionalProperties, root)
    others = st.dictionaries(keys.filter(lambda key: key not in known), values, max_size=2)
    return st.builds(lambda one, other: one | other, objects, others)


def _arrays(
    root: dict[str, Any],
    *,
    items: Any,
    minItems: int = 0,  # noqa: N803 - the keyword's name
    uniqueItems: bool = False,  # noqa: N803 - the keyword's name
) -> st.SearchStrategy[list[Any]]:
    return st.lists(documents_of(items, root), min_size=minItems, max_size=3, unique=uniqueItems)


def _strings(
    _: dict[str, Any],
    *,
    minLength: int = 0,  # noqa: N803 - the keyword's name
    pattern: str | None = None,
    format: str | None = None,  # noqa: A002 - the keyword's name
) -> st.SearchStrategy[str]:
    if pattern is None:
        return st.text(st.characters(exclude_categories=["Cs"]), min_size=minLength, max_size=8)
    # A pattern is searched for: what it leaves open after its end is for anything to follow.
    matching = st.from_regex(pattern, fullmatch=True)
    if not pattern.endswith("$"):
        matching = st.builds(str.__add__, matching, texts)
    return matching.filter(lambda text: format is None or _FORMATS.conforms(text, format))


def _integers(
    _: dict[str, Any], *, minimum: int, maximum: int = _MOST
) -> st.SearchStrategy[int | float]:
    exact = st.integers(minimum, min(maximum, 2**53)).map(float)
    return st.integers(minimum, maximum) | exact


def _numbers(
    _: dict[str, Any], *, minimum: int = -_MOST, maximum: int = _MOST
) -> st.SearchStrategy[float]:
    return st.floats(minimum, maximum) | st.integers(minimum, maximum)


_KINDS: dict[str, Callable[..., st.SearchStrategy[Any]]] = {
    "array": _arrays,
    "boolean": lambda _: st.booleans(),
    "integer": _integers,
    "null": lambda _: st.none(),
    "number": _numbers,
    "object": _objects,
    "string": _strings,
}
