"""A page as GitHub Flavored Markdown; nothing in its strings acts as markup."""

import re
from collections.abc import Iterable, Sequence

from taskclf.model_registry.rendering.content import (
    CORNER,
    Block,
    Facts,
    Groups,
    Matrix,
    Page,
    Table,
)

# What means something within a line, wherever it stands.
_MARKUP = re.compile(r"[\\`*_{}\[\]<>#&|~!$]")
# What makes a link of a bare address, and what makes a list of a paragraph.
_ADDRESS = re.compile(r"(:)(?=//)|(?<=www)(\.)|(?<=mailto)(:)|(?<=xmpp)(:)", re.IGNORECASE)
_LIST = re.compile(r"^([-+=]|\d+[.)](?=\s|$))")
_INDENT = re.compile("^ +")


def escaped(text: str) -> str:
    """Return Markdown that shows `text` as it is: no emphasis, link, HTML, table cell or list."""
    safe = _ADDRESS.sub(r"\\\g<0>", _MARKUP.sub(r"\\\g<0>", text))
    safe = _LIST.sub(lambda mark: f"{mark[0][:-1]}\\{mark[0][-1]}", safe)
    safe = _INDENT.sub(lambda spaces: "&#32;" * len(spaces[0]), safe)
    # An e-mail address, or a person's name on a code host, is recognized after unescaping.
    return safe.replace("@", "@<!-- -->")


def as_markdown(page: Page) -> str:
    """Return the page as Markdown."""
    parts = [f"# {escaped(page.outcome)}"]
    parts += [_block(block) for block in page.blocks]
    for section in page.sections:
        parts.append(f"## {escaped(section.title)}")
        parts += [_block(block) for block in section.blocks]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    match block:
        case Table():
            header = [column.title for column in block.columns]
            kinds = [column.kind for column in block.columns]
            return _table(header, kinds, [[str(cell) for cell in row] for row in block.rows])
        case Matrix():
            return _matrix(block)
        case Facts():
            return "\n".join(f"- **{escaped(k)}**: {escaped(v)}" for k, v in block.pairs)
        case Groups():
            return _groups(block)
        case _:
            return escaped(block.text)


def _table(header: Sequence[str], kinds: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rules = ["---:" if kind == "number" else "---" for kind in kinds]
    lines = [map(escaped, header), rules, *(map(escaped, row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _matrix(matrix: Matrix) -> str:
    header = [CORNER, *matrix.labels]
    rows = [[label, *(f"{n:,}" for n, _ in cells)] for label, cells in matrix.shares()]
    kinds = ["text", *("number" for _ in matrix.labels)]
    return f"{escaped(matrix.title)}\n\n{_table(header, kinds, rows)}"


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
