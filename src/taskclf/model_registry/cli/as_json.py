"""JSON for programs, which people can still read: one field or one bundle a line, in parts.

Indented to its depth, what is nested a hundred levels deep would be a hundred times as long.
"""

import codecs
import json
import re
from collections.abc import Iterable, Iterator

from pydantic import BaseModel

# What a terminal would act on, and what a CI system would take for a command; runs are short, so
# that no part is long.
_UNSAFE = re.compile(r"[^\n -~]{1,4096}|(?<=#)#(?=\[|vso\[|teamcity\[)", re.IGNORECASE)


IN_JSON = "taskclf.model_registry.json"
"""Name of the error handler of an encoding that lacks a character: its escape in JSON."""


def json_parts(subject: BaseModel | Iterable[BaseModel]) -> Iterator[str]:
    """Yield the text of one model, or of an array of them, piece by piece.

    To a JSON parser it is what pydantic writes; what is not safe to print is escaped.
    """
    for part in _object(subject) if isinstance(subject, BaseModel) else _array(subject, ""):
        yield from _printable(part)
    yield "\n"


def _object(model: BaseModel) -> Iterator[str]:
    before = "{\n  "
    for name, value in model:
        yield before
        if isinstance(value, list) and value and isinstance(value[0], BaseModel):
            yield f"{json.dumps(name)}:"
            yield from _array(value, "  ")
        else:
            # Written by the model, which knows how the field is written.
            yield model.model_dump_json(include={name})[1:-1]
        before = ",\n  "
    yield "\n}"


def _array(models: Iterable[BaseModel], indent: str) -> Iterator[str]:
    before = f"[\n{indent}  "
    for model in models:
        yield before
        yield model.model_dump_json()
        before = f",\n{indent}  "
    yield "[]" if before[0] == "[" else f"\n{indent}]"


def _printable(text: str) -> Iterator[str]:
    at = 0
    for found in _UNSAFE.finditer(text):
        yield text[at : found.start()]
        yield "".join(map(_escaped, found[0]))
        at = found.end()
    yield text[at:]


def _escaped(character: str) -> str:
    return character if character != "#" and character.isprintable() else _escape(character)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def _escape_unencodable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(map(_escape, text)), error.end


codecs.register_error(IN_JSON, _escape_unencodable)
