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

Tone = Literal["good", "unsure", "bad", "plain"]
"""What a reader should feel; a medium may colour it, and the words beside it say the same."""


@dataclass(frozen=True)
class Axis:
    """The scale on which a column's estimates are drawn, and a value that a line marks on it."""

    start: float
    end: float
    mark: float | None = None

    def place(self, value: float) -> float:
        """Return how far a value lies from start to end, as a share from 0 to 1."""
        return min(1.0, max(0.0, (value - self.start) / (self.end - self.start)))

    def ticks(self) -> tuple[str, str, str]:
        """Return both ends and the middle as text; around zero both ends show their sign."""
        values = self.start, (self.start + self.end) / 2, self.end
        start, middle, end = (
            signed(value, 2) if self.start < 0 else f"{value:.2f}" for value in values
        )
        return start, middle, end


@dataclass(frozen=True)
class Column:
    """A column of a table; its kind tells alignment and typeface.

    Estimates are drawn on `axis`, where there is one. Where there is no room for all columns, the
    one with the largest `drop` goes first; 0 always stays.
    """

    title: str
    kind: Literal["text", "name", "number"] = "text"
    drop: int = 0
    axis: Axis | None = None


@dataclass(frozen=True)
class Estimate:
    """An estimate with its confidence interval, where there is one; a difference is signed.

    It is drawn as a point at `at`: most often the value itself, but not where the interval says
    that something else was reported.
    """

    value: float
    low: float | None = None
    high: float | None = None
    signed: bool = False
    tone: Tone = "plain"
    drawn_at: float | None = None

    @property
    def at(self) -> float:
        """Where the point is drawn."""
        return self.value if self.drawn_at is None else self.drawn_at

    @property
    def number(self) -> str:
        """The estimate alone, with four decimals."""
        return signed(self.value) if self.signed else f"{self.value:.4f}"

    @property
    def limits(self) -> str:
        """The interval alone; empty where there is none."""
        if self.low is None or self.high is None:
            return ""
        if self.signed:
            return f"[{signed(self.low)}, {signed(self.high)}]"
        return f"[{self.low:.4f}, {self.high:.4f}]"

    def __str__(self) -> str:
        return f"{self.number} {self.limits}".rstrip()


def signed(value: float, decimals: int = 4) -> str:
    """Return a difference with its sign; what rounds to nothing has none."""
    size = f"{abs(value):.{decimals}f}"
    if float(size) == 0:
        return size
    return f"{'−' if value < 0 else '+'}{size}"


@dataclass(frozen=True)
class Mark:
    """A verdict in a word or two."""

    text: str
    tone: Tone = "plain"

    def __str__(self) -> str:
        return self.text


Cell = str | Estimate | Mark


@dataclass(frozen=True)
class Table:
    """Rows under named columns.

    `caption` says what it is where no heading does. `glance` is how many rows are enough at a first
    look; None is all. `hidden` counts the rows that the page does not hold.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    glance: int | None = None
    hidden: int = 0

    @property
    def axis(self) -> Axis | None:
        """The first axis, most often the only one."""
        return next((column.axis for column in self.columns if column.axis), None)


@dataclass(frozen=True)
class Matrix:
    """A confusion matrix: rows are the true labels, columns the predicted ones.

    A matrix of differences has `wholes`, what each row's differences are parts of; its cells are
    signed.
    """

    title: str
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    wholes: tuple[int, ...] | None = None

    def cells(self) -> Iterator[tuple[str, list[tuple[int, str, float]]]]:
        """Yield each row's label and cells: number, text, and share of the row from -1 to 1."""
        wholes = self.wholes or map(sum, self.counts)
        for label, row, whole in zip(self.labels, self.counts, wholes, strict=True):
            yield label, [(n, self._text(n), n / whole if whole else 0.0) for n in row]

    def _text(self, count: int) -> str:
        if self.wholes is None or count == 0:
            return f"{count:,}"
        return f"{'−' if count < 0 else '+'}{abs(count):,}"

    def confusions(self) -> Table:
        """Return the largest cells off the diagonal, for where the matrix itself has no room."""
        confusions = (
            (-abs(count), true, predicted)
            for true, row in enumerate(self.counts)
            for predicted, count in enumerate(row)
            if count and true != predicted
        )
        largest = heapq.nsmallest(_CONFUSIONS_SHOWN, confusions)
        unit = Column("Samples" if self.wholes is None else "Difference", "number")
        return Table(
            (Column("True", "name"), Column("Predicted", "name"), unit),
            tuple(
                (self.labels[t], self.labels[p], self._text(self.counts[t][p]))
                for _, t, p in largest
            ),
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
class Fold:
    """Groups of one kind: `brief` says at a first look what they hold in full."""

    title: str
    brief: str
    groups: Groups
    tone: Tone = "plain"


@dataclass(frozen=True)
class Folds:
    """Folds one below the other."""

    folds: tuple[Fold, ...]


@dataclass(frozen=True)
class Note:
    """A paragraph."""

    text: str


Block = Table | Matrix | Facts | Groups | Folds | Note


@dataclass(frozen=True)
class Section:
    """Blocks under a heading; `detail` is left out at a first look."""

    title: str
    blocks: tuple[Block, ...]
    detail: bool = False


@dataclass(frozen=True)
class Page:
    """Everything that is shown: what it is, its outcome in one line, and the sections below.

    `tone` says how good the outcome is; `lead` holds the sentences that a reader needs first.
    """

    title: str
    outcome: str
    tone: Tone
    lead: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """What a first look does not show, in a few words each."""
        folds = any(isinstance(block, Folds) for part in self.sections for block in part.blocks)
        details = [section.title for section in self.sections if section.detail]
        return (*(("every reason",) if folds else ()), *details)

    def __post_init__(self) -> None:
        """Make every string of the page printable."""
        for name in ("outcome", "lead", "blocks", "sections"):
            object.__setattr__(self, name, _printable(getattr(self, name)))


def _printable(part: Any) -> Any:
    if isinstance(part, str):
        return printable(part, _LONGEST_TEXT)
    if isinstance(part, tuple):
        return tuple(map(_printable, part))
    if is_dataclass(part) and not isinstance(part, type):
        return type(part)(**{f.name: _printable(getattr(part, f.name)) for f in fields(part)})
    return part
