"""The field types of the contract, each as strict as the JSON Schema that it exports.

pydantic's strict mode reads JSON more loosely than JSON Schema in two places: a date may lack its
separators or its offset, and it reads integers more tightly: `45.0` is an integer to JSON Schema.
The types below close both gaps inside the validator's core, before a lax parser sees the input.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    FailFast,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    JsonValue,
    ValidationInfo,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import (
    CoreSchema,
    InitErrorDetails,
    PydanticCustomError,
    SchemaValidator,
    core_schema,
)

from taskclf.model_registry.contract.base import broken_rule, reject
from taskclf.model_registry.contract.in_python import (
    InPython,
    as_json_object,
    as_list,
    as_rows,
    as_sorted_list,
)

MAX_SAFE_INTEGER = 2**53 - 1
"""The largest integer that every JSON parser reads exactly (RFC 8259, section 6)."""

MAX_PARAMS_DEPTH = 100
"""How many levels deep `params` may be nested, itself included.

pydantic reads 200 levels of JSON. A document at that limit would make a report, in which it lies
some levels deeper, that cannot be read back.
"""

# Years from 0001: calendars disagree about a year 0, and so do the `format` checks of validators.
_YEAR = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_DATE = f"{_YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_HOUR_MINUTE = "([01][0-9]|2[0-3]):[0-5][0-9]"
_TIME = rf"{_HOUR_MINUTE}:[0-5][0-9](\.[0-9]+)?(Z|[+-]{_HOUR_MINUTE})"


def _fixed_offset(value: datetime) -> datetime:
    """Keep the offset but not the zone: what JSON cannot carry would not survive a round trip."""
    if value.utcoffset() is None:
        message = "Should have an offset from UTC, as datetime.now(UTC) has"
        naive = PydanticCustomError("timezone_aware", message)  # pydantic's code, with the remedy.
        reject(InitErrorDetails(type=naive, input=value))
    offset = value.utcoffset() or timedelta()
    if offset % timedelta(minutes=1):
        message = "Offset from UTC should be whole minutes, as RFC 3339 has it"
        reject(broken_rule("offset_seconds", message, value=value))
    return value.replace(tzinfo=timezone(offset))


@dataclass(frozen=True)
class WholeNumber:
    """A JSON integer as JSON Schema means it: `45` and `45.0`, never `true` or `"45"`.

    Attributes:
        ge: The smallest value allowed.
        le: The largest value allowed, or None.
        message: The error message, one sentence for the whole rule.
    """

    ge: int
    le: int | None
    message: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        integer = core_schema.int_schema(strict=True, ge=self.ge, le=self.le)
        integral = core_schema.chain_schema(
            [
                core_schema.float_schema(strict=True, allow_inf_nan=False),
                core_schema.int_schema(strict=False, ge=self.ge, le=self.le),
            ]
        )
        return core_schema.union_schema(
            [integer, integral],
            mode="left_to_right",
            custom_error_type="whole_number",
            custom_error_message=self.message,
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        bounds = {"minimum": self.ge, "maximum": self.le}
        return {"type": "integer", **{k: v for k, v in bounds.items() if v is not None}}


@dataclass(frozen=True)
class Rfc3339:
    """Text in one format of RFC 3339 or, in Python, the object it represents.

    Attributes:
        format: The format's name in JSON Schema.
        pattern: Its grammar, as a regular expression that ECMA 262 and Rust share.
        message: The error message if the text does not have the format.
    """

    format: Literal["date", "date-time"]
    pattern: str
    message: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        strict_object = handler(source)
        text = core_schema.str_schema(pattern=self.pattern, strict=True)
        from_text = core_schema.custom_error_schema(
            core_schema.chain_schema([text, {**strict_object, "strict": False}]),
            custom_error_type=f"rfc3339_{self.format.replace('-', '_')}",
            custom_error_message=self.message,
        )
        parse = SchemaValidator(from_text).validate_python

        def text_or_object(value: object) -> object:
            if isinstance(value, datetime) and self.format == "date-time":
                return _fixed_offset(value)
            return value if isinstance(value, date) else parse(value)

        return core_schema.json_or_python_schema(
            json_schema=from_text,
            python_schema=core_schema.no_info_before_validator_function(
                text_or_object, strict_object
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "format": self.format, "pattern": self.pattern}


def _unique(labels: list[str], info: ValidationInfo) -> list[str]:
    if len(set(labels)) < len(labels):
        first_at = {label: index for index, label in reversed([*enumerate(labels)])}
        index = next(index for index, label in enumerate(labels) if first_at[label] < index)
        original = f"/{info.field_name}/{first_at[labels[index]]}"
        message = f"Repeats {original}; each label should occur once"
        reject(broken_rule("repeated_label", message, value=labels[index], at=(index,)))
    return labels


_PLAIN = frozenset({str, int, bool, type(None)})


def _finite_and_shallow(params: dict[str, JsonValue]) -> dict[str, JsonValue]:
    # Ordinary parameters are a few plain values.
    for value in params.values():
        if not (math.isfinite(value) if type(value) is float else type(value) in _PLAIN):
            break
    else:
        return params
    fault = _first_fault(params)
    if fault is not None:
        reject(fault)
    return params


def _first_fault(params: dict[str, JsonValue]) -> InitErrorDetails | None:
    """Return the first number that is not finite, or the first level that is too deep.

    The walk keeps no more than one iterator for each level, since breadth and depth are input.
    """
    place: list[str | int] = []
    outer: list[Iterator[tuple[Any, JsonValue]]] = []
    items: Iterator[tuple[Any, JsonValue]] = iter(params.items())
    while True:
        for key, value in items:
            if isinstance(value, float):
                if not math.isfinite(value):
                    return InitErrorDetails(type="finite_number", loc=(*place, key), input=value)
            elif value and isinstance(value, (dict, list)):
                place.append(key)
                if len(place) == MAX_PARAMS_DEPTH:
                    message = f"Should be nested at most {MAX_PARAMS_DEPTH} levels deep"
                    return broken_rule("too_deep", message, value=None)
                outer.append(items)
                items = iter(value.items()) if isinstance(value, dict) else enumerate(value)
                break
        else:
            if not outer:
                return None
            place.pop()
            items = outer.pop()


@dataclass(frozen=True)
class Named:
    """A name for the type, which its JSON Schema gives as title.

    `schemas` makes a definition of what has one, so that generators of code have a word for it.
    """

    name: str

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"title": self.name, **handler(schema)}


NonEmptyStr = Annotated[str, Field(min_length=1)]

Label = Annotated[NonEmptyStr, Named("Label")]

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), Named("Share")]

ShareDifference = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]

_Unique = Annotated[
    list[Label],
    FailFast(),
    Field(min_length=1, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_unique),
]

Labels = Annotated[_Unique, InPython(as_list)]

LabelSet = Annotated[_Unique, InPython(as_sorted_list)]
"""Labels without an order: a set is welcome."""

Count = Annotated[
    int,
    WholeNumber(
        0,
        MAX_SAFE_INTEGER,
        f"Input should be a whole number from 0 to {MAX_SAFE_INTEGER} (2^53 - 1)",
    ),
    Named("Count"),
]

Matrix = Annotated[
    list[Annotated[list[Count], FailFast(), Field(min_length=1), Named("Row")]],
    FailFast(),
    Field(min_length=1),
    InPython(as_rows),
]

Params = Annotated[
    dict[str, JsonValue],
    InPython(partial(as_json_object, levels=MAX_PARAMS_DEPTH)),
    AfterValidator(_finite_and_shallow),
]

Rfc3339Date = Annotated[
    date,
    Rfc3339(
        "date",
        f"^{_DATE}$",
        "Input should be an existing date in RFC 3339 format, such as 2026-02-26",
    ),
    Named("Day"),
]

Rfc3339DateTime = Annotated[
    AwareDatetime,
    Rfc3339(
        "date-time",
        f"^{_DATE}T{_TIME}$",
        "Input should be an existing date-time with offset in RFC 3339 format, "
        "such as 2026-02-26T12:34:56Z",
    ),
    Named("Instant"),
]
