"""What a document's bytes hold: a model of the contract, or all the problems against it.

pydantic does the work. Around it stand three things that it does not see to: keys given twice,
numbers that are not JSON, and the cost of a large hostile document.
"""

import codecs
import errno
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import from_json

from taskclf.model_registry.documents import BundleMetrics, ModelMetadata
from taskclf.model_registry.problem import DocumentName, Problem, problem_at

Document = TypeVar("Document", ModelMetadata, BundleMetrics)

_BOM = codecs.BOM_UTF8
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # UTF-32's little-endian one starts alike.

_LARGE = 64 * 1024
"""A document of more bytes is parsed before it is validated."""

# What pydantic calls otherwise in a value that is parsed already.
_IN_JSON = {
    "dict_type": "Input should be an object",
    "list_type": "Input should be a valid array",
    "model_type": "Input should be an object",
}

_MODELS: tuple[type[BaseModel], ...] = (ModelMetadata, BundleMetrics)

_VALIDATORS = {model: TypeAdapter(model).validator for model in _MODELS}
"""What `model_validate` calls, without the arguments that it passes on for every document."""

_KEYS = {model: re.compile(f'"(?:{"|".join(model.model_fields)})"'.encode()) for model in _MODELS}
"""A contract key in its quotes."""

_GIVEN: dict[frozenset[str], set[str]] = {}
"""The sets of keys that valid documents gave: a few, since only optional keys may be absent."""

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
    text = content.removeprefix(_BOM)
    try:
        parsed, failure = _validated(model, text)
    except ValueError as error:
        return None, [problem_at("json_invalid", f"Invalid JSON: {error}", document)]
    problems = [] if failure is None else _told(failure, document)
    if parsed is not None:
        # pydantic makes this set for every document: a fifth of all that a bundle keeps.
        given = parsed.model_fields_set
        object.__setattr__(
            parsed, "__pydantic_fields_set__", _GIVEN.setdefault(frozenset(given), given)
        )
    if _needs_a_second_look(model, parsed, text) and all(
        p.type != "json_invalid" for p in problems
    ):
        problems += _second_look(model, document, text)
    return (None if problems else parsed), problems


def _validated(
    model: type[Document], text: bytes
) -> tuple[Document | None, ValidationError | None]:
    """Return the document, or what is wrong with it.

    Raises:
        ValueError: If the text is not UTF-8, or that of a large document is not JSON.
    """
    try:
        if len(text) <= _LARGE:
            return _VALIDATORS[model].validate_json(text), None
        # Validating JSON text copies each wrong value into its error, and the whole document for
        # each missing key: gigabytes where it is large and hostile. A parsed value is referred to.
        return _VALIDATORS[model].validate_python(from_json(text)), None
    except ValueError as error:
        if text.startswith(_UTF_16):
            raise ValueError("text is UTF-16 or UTF-32, not UTF-8") from None
        if isinstance(error, ValidationError):
            # An interrupt while it is handled would print all of it; with its traceback, it and
            # the caller's frame would keep each other alive.
            return None, error.with_traceback(None)
        raise


def _told(failure: ValidationError, document: DocumentName) -> list[Problem]:
    return [
        problem_at(
            details["type"],
            _IN_JSON.get(details["type"], details["msg"]),
            document,
            details["loc"],
        )
        for details in failure.errors(include_url=False, include_context=False, include_input=False)
    ]


def _needs_a_second_look(model: type[BaseModel], parsed: BaseModel | None, text: bytes) -> bool:
    given = None if parsed is None else len(parsed.model_fields_set)
    # Each key has its colon: when the contract's keys account for all of them, none is there twice,
    # and no other key is there, which alone could hold a number that is not JSON.
    if given == text.count(b":"):
        return False
    # Only a key that is written twice, or with an escape, can be there twice. To look for one
    # byte first is several times faster, and this runs for every document of a scan.
    keys = _KEYS[model].findall(text)
    once = len(set(keys)) if given is None else given
    return (
        len(keys) > once
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
