"""A page as GitHub Flavored Markdown; nothing in its strings acts as markup."""

import re
from collections.abc import Iterable, Sequence

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

# What means something within a line, wherever it stands; an underscore inside a word does not.
_MARKUP = re.compile(r"[\\`*{}\[\]<>#&|~!$]|(?<![^\W_])_|_(?![^\W_])")
# What makes a link of a bare address, and what makes a list of a paragraph.
_ADDRESS = re.compile(
    r"(:)(?=//)|(?<=/)(/)|(?<=www)(\.)|(?<=mailto)(:)|(?<=xmpp)(:)", re.IGNORECASE
)
_LIST = re.compile(r"^([-+=]|\d+[.)](?=\s|$))")
_INDENT = re.compile("^ +")
# An e-mail address, or what a code host knows by a name or number, is recognized after unescaping.
_REFERENCE = re.compile(r'@|#(?=\d)|\bGH-(?=\d)|(?<!\w)(\\[!$&~]|%)(?=[\w"])', re.IGNORECASE)
# GitHub Actions obeys a line of a log that starts so.
_COMMAND = re.compile("^( *)::")


def escaped(text: str) -> str:
    """Return Markdown that shows `text` as it is: no emphasis, link, HTML, table cell or list."""
    safe = _ADDRESS.sub(r"\\\g<0>", _MARKUP.sub(r"\\\g<0>", text))
    safe = _REFERENCE.sub(r"\g<0><!-- -->", safe)
    safe = _LIST.sub(lambda mark: f"{mark[0][:-1]}\\{mark[0][-1]}", safe)
    safe = _COMMAND.sub(r"\1\\::", safe)
    return _INDENT.sub(lambda spaces: "&#32;" * len(spaces[0]), safe)


def as_markdown(page: Page, *, full: bool = True) -> str:
    """Return the page as Markdown, whole or as much of it as a first look needs."""
    parts = [f"# {escaped(page.outcome)}", *map(escaped, page.lead)]
    parts += [_block(block, full=full) for block in page.blocks]
    for section in page.sections:
        if full or not section.detail:
            parts.append(f"## {escaped(section.title)}")
            parts += [_block(block, full=full) for block in section.blocks]
    if page.left_out and not full:
        parts.append(escaped(f"More with --full: {'; '.join(page.left_out)}."))
    return "\n\n".join(parts) + "\n"


def _block(block: Block, *, full: bool) -> str:
    match block:
        case Table():
            return _table(block, full=full)
        case Matrix():
            return _matrix(block)
        case Facts():
            return "\n".join(f"- **{escaped(k)}**: {escaped(v)}" for k, v in block.pairs)
        case Groups():
            return _groups(block)
        case Folds():
            return _folds(block, full=full)
        case _:
            return escaped(block.text)


def _table(table: Table, *, full: bool) -> str:
    header = [column.title for column in table.columns]
    kinds = [column.kind for column in table.columns]
    rows = table.rows if full else table.rows[: table.glance]
    hidden = table.hidden + len(table.rows) - len(rows)
    lines = _lines(header, kinds, [[str(cell) for cell in row] for row in rows])
    return f"{lines}\n\nand {hidden:,} more" if hidden else lines


def _folds(folds: Folds, *, full: bool) -> str:
    if full:
        parts = ((escaped(fold.title), _groups(fold.groups)) for fold in folds.folds)
        return "\n\n".join(f"### {title}\n\n{groups}" for title, groups in parts)
    return "\n".join(f"- {escaped(f.title)}: {escaped(f.brief)}" for f in folds.folds)


def _lines(header: Sequence[str], kinds: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rules = ["---:" if kind == "number" else "---" for kind in kinds]
    lines = [map(escaped, header), rules, *(map(escaped, row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _matrix(matrix: Matrix) -> str:
    header = [CORNER, *matrix.labels]
    rows = [[label, *(text for _, text, _ in cells)] for label, cells in matrix.cells()]
    kinds = ["text", *("number" for _ in matrix.labels)]
    return f"{escaped(matrix.title)}\n\n{_lines(header, kinds, rows)}"


def _groups(groups: Groups) -> str:
    lines = []
    for group in groups.groups:
        lines.append(f"- {escaped(group.title)}")
        items = [*map(escaped, group.items)]
        if group.hidden:
            items.append(f"and {group.hidden:,} more")
        if groups.in_a_row and items:
            lines.append(f"  - {', '.join(items)}")
        else:
            lines += [f"  - {item}" for item in items]
    return "\n".join(lines)
