"""A Markdown extension that gives each cell of a table the text of its column's heading.

On a phone a style sheet shows every row as a card; without these labels a number in a card would
not say what it is.
"""

from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor


class LabelledCells(Treeprocessor):
    """Set `data-label` on every cell of the body."""

    def run(self, root: Element) -> None:
        """Visit every table, headings being rendered by now."""
        for table in root.iter("table"):
            labels = ["".join(heading.itertext()).strip() for heading in table.iter("th")]
            for row in table.iter("tr"):
                for label, cell in zip(labels, row.findall("td"), strict=False):
                    cell.set("data-label", label)


class LabelledCellsExtension(Extension):
    """Run after the inline patterns, which turn a heading's Markdown into elements."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's name
        """Register the processor."""
        md.treeprocessors.register(LabelledCells(md), "labelled_cells", 5)


def makeExtension(**options: object) -> LabelledCellsExtension:  # noqa: N802 - Markdown's name
    """Return the extension, as Markdown asks for it."""
    return LabelledCellsExtension(**options)
