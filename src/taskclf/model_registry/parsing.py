"""What a document's bytes hold: a model of the contract, or all the problems against it.

pydantic does the work. Around it stand three things that its JSON parser does not see to: keys
given twice, numbers that are not JSON, and the cost of a large hostile document.
"""

import codecs
import errno
import json
from collections import Counter
from collections.abc import Iterator
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from taskclf.model_registry.documents import BundleMetrics, ModelMetadata
from taskclf.model_registry.problem import DocumentName, Problem, problem_at

Document = TypeVar("Document", ModelMetadata, BundleMetrics)

_LARGE = 16 * 1024
"""A document of more bytes is asked for its keys before it is validated."""

_QUOTED_KEYS = {
    model.__name__: [f'"{key}"'.encode() for key in model.model_fields]
    for model in (ModelMetadata, BundleMetrics)
}

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
    problems = [
        problem_at("missing", "Field required", document, (key,))
        for key in _absent_from_large(model, text)
    ]
    parsed = None
    if not problems:
        try:
            parsed = model.model_validate_json(text)
        except ValidationError as error:
            problems = [
                problem_at(details["type"], details["msg"], document, details["loc"])
                for details in error.errors(
                    include_url=False, include_context=False, include_input=False
                )
            ]
    if _needs_a_second_look(model, text) and all(p.type != "json_invalid" for p in problems):
        problems += _second_look(model, document, text)
    return (None if problems else parsed), problems


def _absent_from_large(model: type[Document], text: bytes) -> list[str]:
    """Return the required keys that a large document lacks; nothing for an ordinary one.

    pydantic copies the whole document into each `missing` error, a matter of gigabytes for a
    hostile one. So a large document is asked for its keys before it is validated.
    """
    if len(text) <= _LARGE:
        return []
    try:
        value = from_json(text)
    except ValueError:
        return []  # Validation says where.
    if not isinstance(value, dict):
        return []
    return [k for k, field in model.model_fields.items() if field.is_required() and k not in value]


def _needs_a_second_look(model: type[BaseModel], text: bytes) -> bool:
    # Only a key that is written twice, or with an escape, can be there twice.
    return (
        b"\\" in text
        or b"NaN" in text
        or b"Infinity" in text
        or any(text.count(key) > 1 for key in _QUOTED_KEYS[model.__name__])
    )


def _second_look(model: type[BaseModel], document: DocumentName, text: bytes) -> Iterator[Problem]:
    """Find what pydantic's parser lets pass: keys given twice, and numbers that are not JSON."""
    constants: set[str] = set()
    # Numbers stay text: the standard library refuses to convert very long ones.
    keys = json.loads(
        text,
        object_pairs_hook=lambda pairs: [key for key, _ in pairs],
        parse_constant=constants.add,
        parse_float=str,
        parse_int=str,
    )
    for constant in sorted(constants):
        message = f"Invalid JSON: {constant} is not a JSON number; write a finite number or null"
        yield problem_at("json_invalid", message, document)
    if text.lstrip().startswith(b"{"):
        for key, times in Counter(keys).items():
            if times > 1 and key in model.model_fields:
                message = f"Occurs {times} times; parsers would disagree, keep one"
                yield problem_at("duplicate_key", message, document, (key,))
