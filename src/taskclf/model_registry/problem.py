"""What is wrong with a bundle, said so that its producer knows what to fix."""

from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import BaseModel, Field

from taskclf.model_registry.fields import MODEL_CONFIG
from taskclf.model_registry.printable import printable

DocumentName = Literal["metadata.json", "metrics.json"]

_MAX_REASON = 300
_MAX_TEXT = 200

# How a reason words the problems that are not about a place inside a document.
_WORDINGS = {
    "directory_name_not_utf8": "directory name not UTF-8",
    "directory_unreadable": "directory unreadable: {message}",
    "document_missing": "missing {document}",
    "document_link_broken": "missing {document} ({message})",
    "document_too_large": "{document} unreadable: {message}",
    "document_unreadable": "{document} unreadable: {message}",
    "json_invalid": "{document} parse error: {message}",
}


class Problem(BaseModel):
    """One thing that is wrong with a bundle: which document, where in it, what was expected.

    All text is printable and bounded; nothing in it is copied from a value of the document.
    """

    model_config = MODEL_CONFIG

    document: DocumentName | None = Field(examples=["metrics.json"])
    """The document concerned; null where it is the bundle's directory."""

    pointer: str = Field(examples=["/confusion_matrix/3"])
    """Place in the document as a JSON Pointer (RFC 6901); empty for the whole document."""

    type: str = Field(examples=["row_length"])
    """Stable code: pydantic's error type, or one of this library's in the same style."""

    message: str = Field(examples=["Has 7 cells, expected 8, one for each label"])
    """What was expected, in one sentence."""


def problem_at(
    code: str,
    message: str,
    document: DocumentName | None = None,
    loc: tuple[str | int, ...] = (),
) -> Problem:
    """Return a problem at the location `loc`, with its text made printable and short."""
    tokens = [printable(str(part).replace("~", "~0").replace("/", "~1")) for part in loc]
    pointer = "".join([f"/{token}" for token in tokens])
    return Problem(
        document=document,
        pointer=printable(pointer, _MAX_TEXT),
        type=code,
        message=printable(message, _MAX_TEXT),
    )


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
        place = problem.pointer[1:].replace("/", ".").replace("~1", "/").replace("~0", "~")
        phrase = f"{place}: {problem.message}" if place else problem.message
        if problem.document != introduced:
            phrase = f"{problem.document} validation error: {phrase}"
            introduced = problem.document
        yield phrase
