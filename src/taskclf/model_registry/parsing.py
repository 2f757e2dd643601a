"""What a document's bytes hold: a model of the contract, or all the problems against it.

pydantic does the work. Around it stand three things that its JSON parser does not see to: keys
given twice, numbers that are not JSON, and the cost of a large hostile document.
"""

import codecs
import errno
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json, to_json

from taskclf.model_registry.documents import BundleMetrics, ModelMetadata
from taskclf.model_registry.problem import DocumentName, Problem, problem_at

Document = TypeVar("Document", ModelMetadata, BundleMetrics)

_LARGE = 64 * 1024
"""A document of more bytes is looked at before it is validated."""

_MANY = 10_000
"""No matrix that fits into a document of the default limit has as many rows."""

_DEPTHS = {"label_set": 1, "label_names": 1, "confusion_matrix": 2}
"""How deep the fields that take lists take them. What else is a list is wrong, empty or not."""

_KEYS = {
    model.__name__: re.compile(f'"(?:{"|".join(model.model_fields)})"'.encode())
    for model in (ModelMetadata, BundleMetrics)
}
"""A contract key in its quotes, by the name of the model."""

_QUOTE = ord('"')
_TOKENS = re.compile(rb'(?P<string>"(?:[^"\\]++|\\.)*+")(?P<colon>\s*+:)?|[][{}]|-?Infinity|NaN')

_UNREAD = {
    errno.ENOENT: "document_missing",
    errno.ENOLINK: "document_link_broken",
    errno.EFBIG: "document_too_large",
}


def parse_document(
    model: type[Document], document: DocumentName, content: bytes | OSError
) -> tuple[Document | None, list[Problem]]:
    """Return the document, or None and every problem that it has.

    Args:
        model: The contract of the document.
        document: Its name.
        content: What the file holds, or the error that reading it met.
    """
    if isinstance(content, OSError):
        code = _UNREAD.get(content.errno or 0, "document_unreadable")
        return None, [problem_at(code, content.strerror or str(content), document)]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None, [
            problem_at("json_invalid", "Invalid JSON: text is UTF-16, not UTF-8", document)
        ]
    text = content.removeprefix(codecs.BOM_UTF8)
    problems, sound = _first_look(model, document, text) if len(text) > _LARGE else ([], text)
    parsed = failure = None
    if not problems:
        try:
            parsed = model.model_validate_json(sound)
        except ValidationError as error:
            failure = error
    if failure is not None:  # No longer handled: an interrupt from here on would print it whole.
        problems = [
            problem_at(details["type"], details["msg"], document, details["loc"])
            for details in failure.errors(
                include_url=False, include_context=False, include_input=False
            )
        ]
    if _needs_a_second_look(model, text) and all(p.type != "json_invalid" for p in problems):
        problems += _second_look(model, document, text)
    return (None if problems else parsed), problems


def _first_look(
    model: type[Document], document: DocumentName, text: bytes
) -> tuple[list[Problem], bytes]:
    """Spare pydantic what it would copy in full: a document once for each missing key, and values.

    Returns:
        The problems whose error would hold the whole document, and the text to validate: where
        it has very many lists and objects, without those that no field has a place for.
    """
    try:
        value = from_json(text)
    except ValueError:
        return [], text  # Validation says where.
    if not isinstance(value, dict):
        return [problem_at("model_type", "Input should be an object", document)], text
    missing = [
        problem_at("missing", "Field required", document, (key,))
        for key, field in model.model_fields.items()
        if field.is_required() and key not in value
    ]
    if missing or text.count(b"[") + text.count(b"{") <= _MANY:
        return missing, text
    placed = {
        key: value[key]
        if key == "params" and isinstance(value[key], dict)
        else _emptied(value[key], _DEPTHS.get(key, 0))
        for key in model.model_fields
        if key in value
    }
    return [], to_json(placed, inf_nan_mode="constants")


def _emptied(value: Any, depth: int) -> Any:
    """Copy a value of lists, so many levels deep; every other list, and every object, is empty."""
    if isinstance(value, list):
        return [_emptied(item, depth - 1) for item in value] if depth else []
    return {} if isinstance(value, dict) else value


def _needs_a_second_look(model: type[BaseModel], text: bytes) -> bool:
    # Only a key that is written twice, or with an escape, can be there twice. To look for one
    # byte first is several times faster, and this runs for every document of a scan.
    keys = _KEYS[model.__name__].findall(text)
    return (
        len(set(keys)) < len(keys)
        or b"\\" in text
        or (b"N" in text and b"NaN" in text)
        or (b"I" in text and b"Infinity" in text)
    )


def _second_look(model: type[BaseModel], document: DocumentName, text: bytes) -> Iterator[Problem]:
    """Find what pydantic's parser lets pass: keys given twice, and numbers that are not JSON.

    The text is JSON by now, so its tokens can be told apart without parsing. That costs neither
    memory nor stack, both of which the nesting of a hostile document would otherwise decide over.
    """
    keys: Counter[str] = Counter()
    depth = 0
    for token in _TOKENS.finditer(text):
        kind = token[0][0]
        if kind in b"{[":
            depth += 1
        elif kind in b"}]":
            depth -= 1
        elif kind == _QUOTE:
            if token["colon"] and depth == 1:
                keys[json.loads(token["string"])] += 1
        else:
            line = text.count(b"\n", 0, token.start()) + 1
            column = token.start() - text.rfind(b"\n", 0, token.start())
            message = f"{token[0].decode()} is not a JSON number at line {line} column {column}"
            yield problem_at("json_invalid", f"Invalid JSON: {message}", document)
            break
    for key in model.model_fields:
        if keys[key] > 1:
            message = f"Occurs {keys[key]} times; parsers would disagree, keep one"
            yield problem_at("duplicate_key", message, document, (key,))
