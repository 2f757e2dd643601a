"""A page for a terminal or a plain file; rich measures characters and knows about colours."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.segment import Segment, Segments
from rich.style import Style as Look
from rich.text import Text

from taskclf.model_registry.rendering.content import (
    CORNER,
    Block,
    Facts,
    Folds,
    Groups,
    Matrix,
    Page,
    Table,
)
from taskclf.model_registry.rendering.layout import (
    GAP,
    Glyphs,
    Piece,
    Style,
    glyphs_for,
    shortened_at_end,
    table_lines,
    width_of,
)

_NARROWEST = 20
_MOST = 0.5
"""A share of its row that makes a cell stand out."""

# Legible on light and on dark terminals, which yellow and blue are not.
_LOOKS = {
    "good": Look(color="green"),
    "unsure": Look(color="magenta"),
    "bad": Look(color="red"),
    "plain": Look.null(),
    "strong": Look(bold=True),
    "dim": Look(dim=True),
}

_BRIEF_LINES = 2

# GitHub Actions obeys `::command::` at the start of a line of a log, blanks before it or not.
_COMMAND, _BROKEN = re.compile(r"^( *):(?=:)", re.MULTILINE), r"\1\\:"

Line = list[Piece]


def as_text(
    page: Page,
    *,
    width: int,
    full: bool = True,
    terminal: bool | None = False,
    encoding: str = "utf-8",
) -> str:
    """Return the page as text.

    Args:
        page: What to show.
        width: Columns to use at most, but at least 20. Tables make room; sentences wrap.
        full: Whether the details are shown, too.
        terminal: Whether colours may be used; None leaves it to the environment. `NO_COLOR` and
            `TERM=dumb` are obeyed.
        encoding: Of what the text is written in. Intervals are drawn in ASCII where it lacks lines.
    """
    medium = _Medium(max(width, _NARROWEST), glyphs_for(encoding), full=full)
    buffer = io.StringIO()
    # Left to itself a console takes its width from COLUMNS, and prints nothing where that is 0.
    console = Console(
        file=buffer, width=medium.width, force_terminal=terminal, legacy_windows=False
    )
    console.print(Segments(_segments(medium.lines(page))), soft_wrap=True, end="")
    return _COMMAND.sub(_BROKEN, buffer.getvalue())


def _segments(lines: Iterable[Line]) -> Iterator[Segment]:
    for line in lines:
        while line and not line[-1][0].rstrip():
            line.pop()
        for number, (text, *styles) in enumerate(line, start=1):
            look = Look.combine([_LOOKS["plain"], *(_LOOKS[style] for style in styles)])
            yield Segment(text.rstrip() if number == len(line) else text, look)
        yield Segment.line()


class _Medium:
    """What the lines of a page depend on besides the page."""

    def __init__(self, width: int, glyphs: Glyphs, *, full: bool) -> None:
        self.width = width
        self.glyphs = glyphs
        self.full = full
        self.console = Console(file=io.StringIO(), width=width)  # Wraps; prints nothing.

    def lines(self, page: Page) -> Iterator[Line]:
        """Yield the page, line by line."""
        yield from self._prose(page.outcome, page.tone, "strong")
        for sentence in page.lead:
            yield from self._prose(sentence)
        for block in page.blocks:
            yield []
            yield from self._block(block)
        for section in page.sections:
            if self.full or not section.detail:
                yield []
                yield from self._prose(section.title, "strong")
                for number, block in enumerate(section.blocks):
                    if number:
                        yield []
                    yield from self._block(block)
        if page.left_out and not self.full:
            yield []
            yield from self._prose(f"More with --full: {'; '.join(page.left_out)}.", "dim")

    def _prose(self, text: str, *styles: Style, indent: int = 0) -> Iterator[Line]:
        margin = " " * indent
        for line in self._wrapped(self.glyphs.text(text), self.width - indent):
            yield [(margin,), (line, *styles)]

    def _wrapped(self, text: str, width: int) -> list[str]:
        if width_of(text) <= width:
            return [text]
        return [line.plain.rstrip() for line in Text(text).wrap(self.console, width)]

    def _block(self, block: Block) -> Iterator[Line]:
        match block:
            case Table():
                yield from self._table(block)
            case Matrix():
                yield from self._matrix(block)
            case Facts():
                yield from self._facts(block)
            case Groups():
                yield from self._groups(block)
            case Folds():
                yield from self._folds(block)
            case _:
                yield from self._prose(block.text)

    def _table(self, table: Table) -> Iterator[Line]:
        rows = table.rows if self.full else table.rows[: table.glance]
        yield from table_lines(table.columns, rows, self.width, self.glyphs)
        hidden = table.hidden + len(table.rows) - len(rows)
        if hidden:
            yield [(f"and {hidden:,} more", "dim")]

    def _matrix(self, matrix: Matrix) -> Iterator[Line]:
        """Draw the matrix with its labels as heads, or numbers, or else its largest cells."""
        yield from self._prose(matrix.title)
        labels = [self.glyphs.text(label) for label in matrix.labels]
        numbers = [str(number) for number, _ in enumerate(labels, start=1)]
        numbered = [" ".join(pair) for pair in zip(numbers, labels, strict=True)]
        for names, heads in ((labels, labels), (numbered, numbers)):
            lines = list(_grid(matrix, [self.glyphs.text(CORNER), *names], heads, self.glyphs))
            if sum(width_of(text) for text, *_ in lines[0]) <= self.width:
                yield from lines
                return
        yield from self._prose("The largest cells off the diagonal; there is no room for all.")
        confusions = matrix.confusions()
        yield from table_lines(confusions.columns, confusions.rows, self.width, self.glyphs)

    def _facts(self, facts: Facts) -> Iterator[Line]:
        width = max(width_of(name) for name, _ in facts.pairs) + GAP
        if width * 2 > self.width:
            for name, value in facts.pairs:
                yield [(name, "dim")]
                yield from self._prose(value, indent=GAP)
            return
        for name, value in facts.pairs:
            head = name + " " * (width - width_of(name))
            for line in self._wrapped(self.glyphs.text(value), self.width - width):
                yield [(head, "dim"), (line, "plain")]
                head = " " * width

    def _groups(self, groups: Groups, indent: int = 0) -> Iterator[Line]:
        for group in groups.groups:
            yield from self._prose(group.title, indent=indent)
            items = [*group.items]
            if group.hidden:
                items.append(f"and {group.hidden:,} more")
            if groups.in_a_row and items:
                items = [", ".join(items)]
            for item in items:
                yield from self._prose(item, "dim", indent=indent + GAP)

    def _folds(self, folds: Folds) -> Iterator[Line]:
        width = max(width_of(fold.title) for fold in folds.folds) + GAP
        for fold in folds.folds:
            if self.full:
                yield [(fold.title, fold.tone)]
                yield from self._groups(fold.groups, GAP)
                continue
            title = fold.title + " " * (width - width_of(fold.title))
            for line in self._brief(fold.brief, self.width - width):
                yield [(title, fold.tone), (line, "plain")]
                title = " " * width

    def _brief(self, text: str, width: int) -> list[str]:
        lines = self._wrapped(self.glyphs.text(text), width)
        if len(lines) > _BRIEF_LINES:
            lines[_BRIEF_LINES - 1] += f" {self.glyphs.cut}"
        return [shortened_at_end(line, width, self.glyphs.cut) for line in lines[:_BRIEF_LINES]]


def _grid(
    matrix: Matrix, names: Sequence[str], heads: Sequence[str], glyphs: Glyphs
) -> Iterator[Line]:
    """Yield the head and the rows of a matrix; the first of the names heads their own column."""
    rows = [[(glyphs.text(text), share) for _, text, share in row] for _, row in matrix.cells()]
    first = max(map(width_of, names))
    widths = [
        max(width_of(head), *(width_of(row[place][0]) for row in rows))
        for place, head in enumerate(heads)
    ]
    yield [
        (_left(names[0], first), "strong"),
        *((_right(head, width), "strong") for head, width in zip(heads, widths, strict=True)),
    ]
    for name, row in zip(names[1:], rows, strict=True):
        yield [
            (_left(name, first), "plain"),
            *(
                (_right(text, width), _shade(share, signed=matrix.wholes is not None))
                for (text, share), width in zip(row, widths, strict=True)
            ),
        ]


def _left(text: str, width: int) -> str:
    return text + " " * (width - width_of(text))


def _right(text: str, width: int) -> str:
    return " " * (GAP + width - width_of(text)) + text


def _shade(share: float, *, signed: bool) -> Style:
    if share == 0:
        return "dim"
    return "strong" if signed or share >= _MOST else "plain"
