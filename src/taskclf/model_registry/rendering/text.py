"""A page for a terminal or a plain file, drawn by rich."""

import io
from collections.abc import Iterable, Iterator

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from taskclf.model_registry.rendering.content import (
    CORNER,
    Block,
    Column,
    Facts,
    Groups,
    Matrix,
    Page,
    Table,
)

_MOST = 0.5
_UNLIMITED = 10_000


def as_text(page: Page, *, width: int, terminal: bool | None = None) -> str:
    """Return the page as text.

    Args:
        page: What to show.
        width: Columns to use at most; what does not fit is wrapped, never cut.
        terminal: Whether colours may be used; None leaves it to the environment. `NO_COLOR` and
            `TERM=dumb` are obeyed.
    """
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=width,
        force_terminal=terminal,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    console.print(Text(page.outcome, style="bold green" if page.good else "bold red"))
    for block in page.blocks:
        console.print(*_drawn(block, console), sep="\n")
    for section in page.sections:
        console.print(Text(f"\n{section.title}", style="bold underline"))
        for block in section.blocks:
            console.print(*_drawn(block, console), sep="\n")
    return "".join(f"{line.rstrip()}\n" for line in buffer.getvalue().split("\n")[:-1])


def _drawn(block: Block, console: Console) -> Iterator[RenderableType]:
    yield ""
    match block:
        case Table():
            yield _table(block)
        case Matrix():
            yield from _matrix(block, console)
        case Facts():
            grid = Grid.grid(padding=(0, 2, 0, 0))
            grid.add_column(style="dim", overflow="fold")
            grid.add_column(overflow="fold")
            for name, value in block.pairs:
                grid.add_row(Text(name), Text(value))
            yield grid
        case Groups():
            yield from _groups(block)
        case _:
            yield Text(block.text)


def _grid(columns: Iterable[Column]) -> Grid:
    # Without a box the table survives a terminal that knows ASCII only.
    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        grid.add_column(
            Text(column.title),
            justify="right" if column.kind == "number" else "left",
            overflow="fold",
        )
    return grid


def _table(table: Table) -> Grid:
    grid = _grid(table.columns)
    for row in table.rows:
        grid.add_row(*(Text(str(cell)) for cell in row))
    return grid


def _matrix(matrix: Matrix, console: Console) -> Iterator[RenderableType]:
    """Draw the matrix with its labels as heads, or numbers, or else its largest confusions."""
    yield Text(matrix.title, style="italic")
    numbers = [str(number) for number, _ in enumerate(matrix.labels, start=1)]
    numbered = [" ".join(pair) for pair in zip(numbers, matrix.labels, strict=True)]
    for rows, heads in ((matrix.labels, matrix.labels), (numbered, numbers)):
        grid = _grid([Column(CORNER), *(Column(head, "number") for head in heads)])
        for row, (_, cells) in zip(rows, matrix.shares(), strict=True):
            grid.add_row(Text(row), *(Text(f"{n:,}", _shade(share)) for n, share in cells))
        unlimited = console.options.update(max_width=_UNLIMITED)
        if console.measure(grid, options=unlimited).maximum <= console.width:
            yield grid
            return
    yield Text("The largest confusions; the matrix itself needs more columns.")
    yield _table(matrix.confusions())


def _shade(share: float) -> str:
    if share == 0:
        return "dim"
    return "bold" if share >= _MOST else ""


def _groups(groups: Groups) -> Iterator[RenderableType]:
    for group in groups.groups:
        yield Text(group.title)
        items = [*group.items]
        if group.hidden:
            items.append(f"and {group.hidden:,} more")
        listed = ", ".join(items) if groups.in_a_row else "\n".join(items)
        if listed:
            yield Padding(Text(listed, style="dim"), (0, 0, 0, 2), expand=False)
