"""From a document's bytes to a model of the contract, or to everything that is wrong with them.

pydantic does the work. Added are three things that it does not handle: repeated keys, numbers that
are not JSON, and the cost of a large hostile document.
"""

import codecs
import errno
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from taskclf.model_registry.contract.documents import BundleMetrics, DocumentName, ModelMetadata
from taskclf.model_registry.contract.given import GivenFields
from taskclf.model_registry.contract.problem import Problem, ReadingCode, problem_at, problems_in
from taskclf.model_registry.reading.plain import plain_metrics

Document = TypeVar("Document", ModelMetadata, BundleMetrics)

_set = object.__setattr__  # A frozen model has no other way.

_BOM = codecs.BOM_UTF8
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # UTF-32's little-endian one starts alike.

_LARGE = 64 * 1024
"""A document of more bytes is parsed before it is validated."""

_MANY_CELLS = 4 * 1024
"""A document of more bytes has so many cells that it pays to look at them as a whole."""

_MODELS: tuple[type[BaseModel], ...] = (ModelMetadata, BundleMetrics)

_VALIDATORS = {model: model.__pydantic_validator__ for model in _MODELS}

_KEYS = {model: re.compile(f'"(?:{"|".join(model.model_fields)})"'.encode()) for model in _MODELS}
"""A contract key in its quotes."""

_GIVEN: dict[frozenset[str], GivenFields] = {}
"""The sets of keys that valid documents gave: a few, since only optional keys may be absent."""

_COLONS_OF_A_TIME = 2

_UNREAD: dict[int, ReadingCode] = {
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
        content: The content of the file, or the error from reading it.
    """
    if isinstance(content, OSError):
        code = _UNREAD.get(content.errno or 0, "document_unreadable")
        return None, [problem_at(code, content.strerror or str(content), document)]
    text = content.removeprefix(_BOM)
    try:
        parsed, failure = _validated(model, text)
    except ValueError as error:
        return None, [problem_at("json_invalid", f"Invalid JSON: {error}", document)]
    if failure is None and parsed is not None:
        # pydantic makes this set for every document: a fifth of all that a bundle keeps.
        given = frozenset(parsed.__pydantic_fields_set__)
        shared = _GIVEN.get(given) or _GIVEN.setdefault(given, GivenFields(given))
        _set(parsed, "__pydantic_fields_set__", shared)
        if _holds_each_key_once(parsed, text):
            return parsed, []
    problems = [] if failure is None else problems_in(failure, document)
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
    validator = _VALIDATORS[model]
    try:
        # Validating JSON text copies each wrong value into its error, and the whole document for
        # each missing key: gigabytes where it is large and hostile. A parsed value is referred to.
        parsed = from_json(text) if len(text) > _LARGE else None
        if model is BundleMetrics and len(text) > _MANY_CELLS:
            metrics = plain_metrics(text, parsed)
            if metrics is not None:
                return metrics, None
        if len(text) > _LARGE:
            return validator.validate_python(parsed), None
        return validator.validate_json(text), None
    except ValueError as error:
        if text.startswith(_UTF_16):
            raise ValueError("text is UTF-16 or UTF-32, not UTF-8") from None
        if isinstance(error, ValidationError):
            # An interrupt while it is handled would print all of it; with its traceback, it and
            # the caller's frame would keep each other alive.
            return None, error.with_traceback(None)
        raise


def _holds_each_key_once(parsed: ModelMetadata | BundleMetrics, text: bytes) -> bool:
    """Return whether the text's colons prove that it holds the document's keys and no others.

    One colon follows each key, and some are in the values. When these are all, no key is there
    twice, and no unknown one, which alone could hold a number that is not JSON. An escape, which
    could hide a colon, proves nothing.
    """
    spare = text.count(b":") - len(parsed.__pydantic_fields_set__)
    # `isinstance` would ask pydantic's metaclass, in Python.
    if type(parsed) is ModelMetadata:
        hashes = parsed.schema_hash.count(":") + parsed.dataset_hash.count(":")
        spare -= len(parsed.params) + hashes + _COLONS_OF_A_TIME
        if spare == 1 and b'Z"' not in text:
            spare = 0  # It is in the offset, which the instant has for want of a Z.
    return not spare and b"\\" not in text


def _needs_a_second_look(model: type[BaseModel], parsed: BaseModel | None, text: bytes) -> bool:
    # Only a key that is written twice, or with an escape, can be there twice. To look for one
    # byte first is several times faster, and this runs for every document of a scan.
    keys = _KEYS[model].findall(text)
    once = len(set(keys)) if parsed is None else len(parsed.__pydantic_fields_set__)
    return (
        len(keys) > once
        or b"\\" in text
        or (b"N" in text and b"NaN" in text)
        or (b"I" in text and b"Infinity" in text)
    )


def _second_look(model: type[BaseModel], document: DocumentName, text: bytes) -> Iterator[Problem]:
    """Find what pydantic's parser lets pass: keys given twice, and numbers that are not JSON."""
    try:
        from_json(text, allow_inf_nan=False)
    except ValueError as error:
        message = f"Invalid JSON: {error}; NaN and Infinity are not JSON numbers"
        yield problem_at("json_invalid", message, document)
    # Each object gives way to a tuple of its keys, the outermost one last; arrays stay lists.
    keys = json.loads(text, object_pairs_hook=_keys_of, parse_int=len, parse_float=len)
    if isinstance(keys, tuple):
        times = Counter(keys)
        for key in model.model_fields:
            if times[key] > 1:
                message = f"Occurs {times[key]} times; parsers would disagree, keep one"
                yield problem_at("duplicate_key", message, document, (key,))


def _keys_of(pairs: list[tuple[str, object]]) -> tuple[str, ...]:
    return tuple([key for key, _ in pairs])
