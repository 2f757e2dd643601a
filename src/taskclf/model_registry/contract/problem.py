"""What is wrong with a bundle, in terms that let its producer fix it."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal

from pydantic import Field, ValidationError

from taskclf.model_registry.contract.base import ContractModel, built
from taskclf.model_registry.contract.documents import DocumentName
from taskclf.model_registry.contract.given import GivenFields
from taskclf.model_registry.contract.printable import printable

_MAX_REASON = 300
_MAX_TEXT = 200

ReadingCode = Literal[
    "directory_name_not_utf8",
    "directory_unreadable",
    "document_link_broken",
    "document_missing",
    "document_too_large",
    "document_unreadable",
    "duplicate_key",
    "json_invalid",
]
"""What reading finds where pydantic has no say: the stable types of these problems."""

# How a reason words the problems that are not about a place inside a document.
_WORDINGS: dict[str, str] = {
    "directory_name_not_utf8": "directory name not UTF-8",
    "directory_unreadable": "directory unreadable: {message}",
    "document_missing": "missing {document}",
    "document_link_broken": "missing {document} ({message})",
    "document_too_large": "{document} unreadable: {message}",
    "document_unreadable": "{document} unreadable: {message}",
    "json_invalid": "{document} parse error: {message}",
}

# pydantic speaks of Python where the value was parsed before it was validated.
_IN_JSON = {
    "dict_type": "Input should be an object",
    "list_type": "Input should be a valid array",
    "model_type": "Input should be an object",
}


class Problem(ContractModel):
    """One thing that is wrong with a bundle: in which document, where, and what was expected.

    All text is printable and bounded. Problems that make a bundle invalid never quote the values of
    its documents; those that make it incompatible name hashes and labels.
    """

    document: DocumentName | None = Field(examples=["metrics.json"])
    """The document; null if the problem is with the bundle's directory."""

    pointer: str = Field(examples=["/confusion_matrix/3"])
    """Place in the document, as a JSON Pointer (RFC 6901); empty for the whole document."""

    type: str = Field(examples=["row_length"])
    """Stable code: pydantic's error type, or one of this library's own in the same style."""

    message: str = Field(examples=["Has 7 cells, expected 8, one for each label"])
    """What was expected, in one sentence."""


_ALL_FIELDS = GivenFields(Problem.model_fields)


def problem_at(
    code: str,
    message: str,
    document: DocumentName | None = None,
    loc: tuple[str | int, ...] = (),
) -> Problem:
    """Return a problem at the location `loc`, with its text made printable and short."""
    # A scan meets the same few problems over and over; what lies deeper is a document's own.
    return (_shared if len(loc) <= 1 else _made)(code, message, document, loc)


def _made(
    code: str, message: str, document: DocumentName | None, loc: tuple[str | int, ...]
) -> Problem:
    tokens = [printable(str(part).replace("~", "~0").replace("/", "~1")) for part in loc]
    pointer = "".join([f"/{token}" for token in tokens])
    return built(
        Problem,
        _ALL_FIELDS,
        {
            "document": document,
            "pointer": printable(pointer, _MAX_TEXT),
            "type": code,
            "message": printable(message, _MAX_TEXT),
        },
    )


_shared = lru_cache(maxsize=256)(_made)


def problems_in(failure: ValidationError, document: DocumentName | None) -> list[Problem]:
    """Return every error of a failed validation as a problem of the document."""
    return [
        problem_at(
            details["type"],
            _IN_JSON.get(details["type"], details["msg"]),
            document,
            details["loc"],
        )
        for details in failure.errors(include_url=False, include_context=False, include_input=False)
    ]


def with_place(problem: Problem) -> str:
    """Return the message behind its place in the document, dotted: `macro_f1: Input should …`."""
    place = problem.pointer[1:].replace("/", ".").replace("~1", "/").replace("~0", "~")
    return f"{place}: {problem.message}" if place else problem.message


def reason_for(problems: Sequence[Problem]) -> str:
    """Join the problems into one line, as many as there is room for."""
    room = _MAX_REASON - len(" (and 999 more)")
    first, *others = _phrases(problems)
    line = printable(first, room)
    for index, phrase in enumerate(others):
        if len(line) + len(phrase) + 2 > room:
            return f"{line} (and {len(others) - index} more)"
        line += f"; {phrase}"
    return line


def _phrases(problems: Sequence[Problem]) -> Iterator[str]:
    introduced: DocumentName | None = None
    for problem in problems:
        wording = _WORDINGS.get(problem.type)
        if wording is not None:
            message = problem.message.removeprefix("Invalid JSON: ")
            yield wording.format(document=problem.document, message=message)
            continue
        phrase = with_place(problem)
        if problem.document != introduced:
            phrase = f"{problem.document} validation error: {phrase}"
            introduced = problem.document
        yield phrase
