"""What Python has where JSON has an array: any collection, and the arrays of NumPy and its like.

An array is known by its `tolist`, so nothing is imported. What comes from JSON is a list already,
and these conversions are not near it.
"""

from collections.abc import Callable, Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import GetCoreSchemaHandler, ValidationError, ValidatorFunctionWrapHandler
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True)
class InPython:
    """Convert what Python gave and the type refused; what comes from JSON is left as it is.

    Attributes:
        convert: Returns what the type may accept instead, or its argument.
    """

    convert: Callable[[Any], Any]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        schema = handler(source)
        return core_schema.json_or_python_schema(
            json_schema=schema,
            python_schema=core_schema.no_info_wrap_validator_function(self._validate, schema),
        )

    def _validate(self, value: Any, validated: ValidatorFunctionWrapHandler) -> Any:
        # The second try only: a large document is parsed before it is validated, and must not pay.
        try:
            return validated(value)
        except ValidationError:
            converted = self.convert(value)
            if converted is value:
                raise
        return validated(converted)


def _plain(value: Any) -> Any:
    """Return the content of a NumPy array or scalar, or the like; anything else unchanged."""
    return value.tolist() if hasattr(value, "tolist") else value


def as_list(value: Any) -> Any:
    """Return a collection that has an order as a list, and anything else as it is."""
    value = _plain(value)
    if isinstance(value, (list, str, bytes, Mapping, AbstractSet)):
        return value
    return [*value] if isinstance(value, Collection) else value


def as_rows(value: Any) -> Any:
    """Return a collection of collections as a list of lists."""
    value = as_list(value)
    if not isinstance(value, list) or set(map(type, value)) == {list}:
        return value
    return [*map(as_list, value)]


def as_sorted_list(value: Any) -> Any:
    """Return a set, too, as a list, which is then sorted."""
    return sorted(value, key=str) if isinstance(value, AbstractSet) else as_list(value)


def as_json_object(value: Any, levels: int) -> Any:
    """Return a dict with tuples, arrays and scalars as JSON has them, so many levels deep."""
    return _as_json(value, levels) if isinstance(value, dict) else value


def _as_json(value: Any, levels: int) -> Any:
    value = _plain(value)
    if levels and isinstance(value, dict):
        return {key: _as_json(item, levels - 1) for key, item in value.items()}
    if levels and isinstance(value, (list, tuple)):
        return [_as_json(item, levels - 1) for item in value]
    return value


Item = TypeVar("Item")

Items = Annotated[list[Item], InPython(as_list)]
"""A JSON array; in Python any collection that has an order."""
