"""How tables find room in a terminal: columns are left out, names shortened, intervals drawn.

Everything counts cells, not characters: full-width characters take two, combining ones none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import Literal

from rich.cells import cell_len

from taskclf.model_registry.rendering.content import Axis, Cell, Column, Estimate, Mark, Tone

GAP = 2
"""Cells between columns."""

_LONG_NAME = 40
_NAME = 20
_SHORTEST_NAME = 7
_DRAWING = 14
_WIDEST_DRAWING = 40
_DROP_FIRST = 6
_DROP_LAST = 2
_DROP_LIMITS = 6
_DROP_DRAWING = 3
_ROUNDING = 1e-9

_OWN = str.maketrans({"…": "~", "−": "-", "×": "x", "→": ">", "↓": "v"})


@dataclass(frozen=True)
class Glyphs:
    """The characters that an encoding has for what is drawn, and for text."""

    encoding: str
    span: str = "─"
    point: str = "●"
    hollow: str = "○"
    below: str = "◂"
    above: str = "▸"
    mark: str = "│"
    cut: str = "…"

    def text(self, text: str) -> str:
        """Return the text in characters that can be written; others become escapes."""
        if text.isascii() or self.encoding == "utf-8":
            return text
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            replaced = text.translate(_OWN)
            return replaced.encode(self.encoding, "backslashreplace").decode(self.encoding)
        return text


def glyphs_for(encoding: str) -> Glyphs:
    """Return what an encoding can draw: lines and points, or else ASCII."""
    try:
        "─●○◂▸│…".encode(encoding)
    except UnicodeEncodeError:
        return Glyphs(encoding.lower(), "-", "*", "o", "<", ">", "|", "~")
    return Glyphs(encoding.lower())


def width_of(text: str) -> int:
    """Return how many cells of a terminal the text takes."""
    return len(text) if text.isascii() else cell_len(text)


def shortened(text: str, width: int, cut: str = "…") -> str:
    """Return the text with its middle left out, where it takes more than `width` cells."""
    if width_of(text) <= width:
        return text
    room = max(0, width - width_of(cut))
    head = _fitting(text, room - room // 2)
    tail = _fitting(text[::-1], room - width_of(head))[::-1]
    # What combines with a letter would combine with the mark of the cut instead.
    while tail and width_of(tail[0]) == 0:
        tail = tail[1:]
    return head + cut + tail


def shortened_at_end(text: str, width: int, cut: str = "…") -> str:
    """Return the text without its end, where it takes more than `width` cells."""
    if width_of(text) <= width:
        return text
    return _fitting(text, max(0, width - width_of(cut))) + cut


def _fitting(text: str, room: int) -> str:
    ends = accumulate(map(width_of, text))
    return text[: sum(1 for _ in takewhile(room.__ge__, ends))]


def drawn(estimate: Estimate, axis: Axis, cells: int, glyphs: Glyphs) -> str:
    """Return the interval as a line of characters with a point at the estimate.

    The point is hollow where the tone is plain: nothing to see. An arrow points to an estimate that
    lies beyond the axis.
    """

    def at(value: float) -> int:
        return min(cells - 1, int(axis.place(value) * cells + _ROUNDING))

    line = [" "] * cells
    if axis.mark is not None:
        line[at(axis.mark)] = glyphs.mark
    low = estimate.at if estimate.low is None else estimate.low
    high = estimate.at if estimate.high is None else estimate.high
    if high > axis.start and low < axis.end:
        line[at(low) : at(high) + 1] = glyphs.span * (at(high) + 1 - at(low))
    if estimate.at < axis.start:
        line[0] = glyphs.below
    elif estimate.at > axis.end:
        line[-1] = glyphs.above
    else:
        line[at(estimate.at)] = glyphs.hollow if estimate.tone == "plain" else glyphs.point
    return "".join(line)


@dataclass
class _Strip:
    """One column as the terminal has it: an estimate makes up to three."""

    title: str
    column: Column
    kind: Literal["text", "name", "number", "drawing"]
    drop: int
    texts: list[str]
    width: int = 0


Style = Tone | Literal["strong", "dim"]
Piece = tuple[str, *tuple[Style, ...]]
"""Text and its styles, which add up."""


def table_lines(
    columns: Sequence[Column], rows: Sequence[tuple[Cell, ...]], width: int, glyphs: Glyphs
) -> Iterator[list[Piece]]:
    """Yield the head and the rows of a table that is at most `width` cells wide.

    Columns are left out by their `drop`: those above 6 until names have room for 40 cells, those
    above 2 until they have 20, the others until they have 7. What is left goes to the names, and
    then to the drawings.
    """
    strips = [
        strip
        for place, column in enumerate(columns)
        for strip in _strips(column, [row[place] for row in rows], glyphs)
    ]
    for strip in strips:
        strip.width = max(map(width_of, (strip.title, *strip.texts)))
    _fit(strips, width)
    for strip in strips:
        if strip.kind == "drawing":
            _draw(strip, [row[columns.index(strip.column)] for row in rows], glyphs)
    yield [piece for strip in strips for piece in _padded(strip.title, "strong", strip, glyphs)]
    for number, row in enumerate(rows):
        tones = dict(zip(columns, map(_tone, row), strict=True))
        yield [
            piece
            for strip in strips
            for piece in _padded(strip.texts[number], tones[strip.column], strip, glyphs)
        ]


def _strips(column: Column, cells: Sequence[Cell], glyphs: Glyphs) -> Iterator[_Strip]:
    title = glyphs.text(column.title)
    if not any(isinstance(cell, Estimate) for cell in cells):
        texts = [glyphs.text(str(cell)) for cell in cells]
        yield _Strip(title, column, column.kind, column.drop, texts)
        return
    numbers = [cell.number if isinstance(cell, Estimate) else str(cell) for cell in cells]
    yield _Strip(title, column, "number", column.drop, list(map(glyphs.text, numbers)))
    limits = [cell.limits if isinstance(cell, Estimate) else "" for cell in cells]
    if any(limits):
        if column.axis is not None:
            empty = " " * _DRAWING
            drop = column.drop + _DROP_DRAWING
            yield _Strip("", column, "drawing", drop, [empty for _ in cells])
        texts = list(map(glyphs.text, limits))
        yield _Strip("95 % interval", column, "number", column.drop + _DROP_LIMITS, texts)


def _fit(strips: list[_Strip], width: int) -> None:
    """Leave strips out and set the widths of the others, so that they fit side by side."""

    def free() -> int:
        return width - sum(strip.width + GAP for strip in strips) + GAP

    names = [(strip, strip.width) for strip in strips if strip.kind == "name"]
    for room, kept in ((_LONG_NAME, _DROP_FIRST), (_NAME, _DROP_LAST), (_SHORTEST_NAME, 0)):
        for strip, natural in names:
            strip.width = min(natural, room)
        while free() < 0 and any(strip.drop > kept for strip in strips):
            strips.remove(max(reversed(strips), key=lambda strip: strip.drop))
        if free() >= 0:
            break
    while free() < 0:
        max(strips, key=lambda strip: strip.width).width -= 1
    for strip, natural in names:
        strip.width = min(natural, strip.width + free())
    for strip in strips:
        if strip.kind == "drawing":
            strip.width = min(_WIDEST_DRAWING, strip.width + free())


def _draw(strip: _Strip, cells: Sequence[Cell], glyphs: Glyphs) -> None:
    axis = strip.column.axis
    assert axis is not None  # noqa: S101 - only columns with an axis have a drawing
    strip.texts = [
        drawn(cell, axis, strip.width, glyphs) if isinstance(cell, Estimate) else ""
        for cell in cells
    ]
    start, _, end = map(glyphs.text, axis.ticks())
    strip.title = start + end.rjust(strip.width - len(start))


def _padded(text: str, style: Style, strip: _Strip, glyphs: Glyphs) -> Iterator[Piece]:
    shown = shortened(text, strip.width, glyphs.cut)
    gap = " " * (strip.width - width_of(shown))
    if strip.kind == "number":
        yield gap, "plain"
        gap = ""
    yield shown, style
    yield gap + " " * GAP, "plain"


def _tone(cell: Cell) -> Tone:
    return cell.tone if isinstance(cell, Estimate | Mark) else "plain"
