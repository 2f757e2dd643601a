"""A page as data: what is shown and in which order, before any medium decides how it looks.

Every string is text, never markup: each medium escapes it. A page sees to it that every string on
it is printable and of bounded length, wherever it came from; a stored report may hold anything.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

from taskclf.model_registry.contract.printable import printable

CORNER = "true ↓ predicted →"
"""Stands where the heads of a confusion matrix's rows and columns meet."""

_CONFUSIONS_SHOWN = 20
_LONGEST_TEXT = 400


@dataclass(frozen=True)
class Column:
    """A column of a table; its kind tells alignment and typeface."""

    title: str
    kind: Literal["text", "name", "number"] = "text"


@dataclass(frozen=True)
class Interval:
    """An estimate from 0 to 1 with its confidence interval, where there is one."""

    value: float
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return f"{self.value:.4f}"
        return f"{self.value:.4f} [{self.low:.4f}, {self.high:.4f}]"


@dataclass(frozen=True)
class Table:
    """Rows of text and intervals under named columns.

    `scale` is the range, from and to, on which a medium that can draw shows the intervals.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str | Interval, ...], ...]
    scale: tuple[float, float] = (0.0, 1.0)


@dataclass(frozen=True)
class Matrix:
    """A confusion matrix: rows are the true labels, columns the predicted ones."""

    title: str
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    def shares(self) -> Iterator[tuple[str, list[tuple[int, float]]]]:
        """Yield each row's label and cells: the count, and its share of the row from 0 to 1."""
        for label, row in zip(self.labels, self.counts, strict=True):
            total = sum(row)
            yield label, [(count, count / total if total else 0.0) for count in row]

    def confusions(self) -> Table:
        """Return the most frequent confusions, for where the matrix itself has no room."""
        confusions = (
            (count, true, predicted)
            for true, row in enumerate(self.counts)
            for predicted, count in enumerate(row)
            if count and true != predicted
        )
        largest = heapq.nsmallest(_CONFUSIONS_SHOWN, ((-n, *pair) for n, *pair in confusions))
        return Table(
            (Column("True", "name"), Column("Predicted", "name"), Column("Samples", "number")),
            tuple((self.labels[t], self.labels[p], f"{-n:,}") for n, t, p in largest),
        )


@dataclass(frozen=True)
class Facts:
    """Names and values, one below the other."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Group:
    """Items under what they have in common; `hidden` counts further items that are not named."""

    title: str
    items: tuple[str, ...]
    hidden: int = 0


@dataclass(frozen=True)
class Groups:
    """Groups one below the other, each item on its own line or, for names, in a row."""

    groups: tuple[Group, ...]
    in_a_row: bool = False


@dataclass(frozen=True)
class Note:
    """A paragraph."""

    text: str


Block = Table | Matrix | Facts | Groups | Note


@dataclass(frozen=True)
class Section:
    """Blocks under a heading."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Page:
    """Everything that is shown: what it is, its outcome in one line, and the sections below.

    `good` tells whether the outcome is the one that was hoped for.
    """

    title: str
    outcome: str
    good: bool
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()

    def __post_init__(self) -> None:
        """Make every string of the page printable."""
        for name in ("outcome", "blocks", "sections"):
            object.__setattr__(self, name, _printable(getattr(self, name)))


def _printable(part: Any) -> Any:
    if isinstance(part, str):
        return printable(part, _LONGEST_TEXT)
    if isinstance(part, tuple):
        return tuple(map(_printable, part))
    if is_dataclass(part) and not isinstance(part, type):
        return type(part)(**{f.name: _printable(getattr(part, f.name)) for f in fields(part)})
    return part
