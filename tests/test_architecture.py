"""The picture of the modules on the Contributing page is the code's, and imports flow one way."""

import ast
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "taskclf" / "model_registry"
NAME = "taskclf.model_registry."
SVG = {"svg": "http://www.w3.org/2000/svg"}
# The table of contents and the start of the program: they import, nothing imports them.
ENDS = {"__init__", "__main__"}


def heights() -> dict[str, float]:
    """Return how far below the top each module is drawn."""
    # The file is our own.
    picture = ET.parse(ROOT / "docs" / "images" / "modules.svg")  # noqa: S314
    drawn = {}
    for group in picture.iterfind(".//svg:g[@class='module']", SVG):
        name, box = group.find("svg:text", SVG), group.find("svg:rect", SVG)
        assert name is not None
        assert name.text is not None
        assert box is not None
        drawn[name.text] = float(box.attrib["y"])
    return drawn


def imports() -> set[tuple[str, str]]:
    """Return which module imports which at its top; a package counts as one module."""
    pairs = set()
    for path in PACKAGE.rglob("*.py"):
        importer = path.relative_to(PACKAGE).with_suffix("").parts[0]
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(NAME):
                imported = (node.module or "").removeprefix(NAME).partition(".")[0]
                pairs.add((importer, imported))
    return {(a, b) for a, b in pairs if a != b and a not in ENDS}


def test_every_module_is_in_the_picture_and_nothing_else() -> None:
    assert set(heights()) == {
        path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()
    } - ENDS - {"__pycache__"}


def test_every_module_imports_only_from_rows_below_its_own() -> None:
    height = heights()
    assert len(imports()) > 20
    assert [(a, b) for a, b in sorted(imports()) if height[a] >= height[b]] == []
