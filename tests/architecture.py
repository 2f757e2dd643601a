"""The package's modules, who imports whom, and the picture of both on the Contributing page.

`python tests/architecture.py` draws the picture anew.
"""

import ast
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "taskclf" / "model_registry"
PICTURE = ROOT / "docs" / "images" / "modules.svg"
NAME = "taskclf.model_registry"

BANDS = {
    "start": "start here",
    "cli": "asked",
    "rendering": "shown",
    "": "public",
    "selection": "decided",
    "evidence": "proven",
    "reading": "read",
    "contract": "said",
}
"""The folders from top to bottom, with their one job; the root's public modules have none.

`evidence` is public as well: it has a band of its own because `selection` builds on it.
"""

Imports = dict[str, set[str]]
"""Each module's name, without the package's, and the modules that it imports."""


def imports_of(package: Path) -> Imports:
    """Return every import between the package's modules, wherever in a file it stands."""
    files = {_name_of(path.relative_to(package)): path for path in package.rglob("*.py")}
    return {
        name: {target for node in ast.walk(_parsed(path)) for target in _targets(node, files)}
        for name, path in sorted(files.items())
    }


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _name_of(path: Path) -> str:
    name = ".".join(path.with_suffix("").parts)
    return name.removesuffix(".__init__")


def _targets(node: ast.AST, known: Mapping[str, Path]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        named = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        assert not node.level, "imports are absolute"
        whole = f"{node.module}."
        named = [whole + alias.name for alias in node.names]
    else:
        return
    for name in named:
        if name == NAME or name.startswith(f"{NAME}."):
            module = name.removeprefix(NAME).removeprefix(".")
            while module not in known and module:
                module = module.rpartition(".")[0]
            yield module or "__init__"


def band_of(module: str) -> str:
    """Return the band in which a module is drawn."""
    if module in {"__init__", "__main__"}:
        return "start"
    folder = module.partition(".")[0]
    return folder if folder in BANDS else ""


def upward(imports: Imports) -> list[tuple[str, str]]:
    """Return the imports that do not lead down, or to a module of the same band."""
    order = list(BANDS)
    return [
        (importer, imported)
        for importer, targets in imports.items()
        for imported in sorted(targets)
        if order.index(band_of(importer)) > order.index(band_of(imported))
        or {band_of(importer), band_of(imported)} == {"evidence", "reading"}
    ]


def cycle_in(imports: Imports) -> list[str]:
    """Return the modules of one circle of imports, or nothing where there is none."""
    done: set[str] = set()

    def walk(module: str, path: list[str]) -> list[str]:
        if module in path:
            return path[path.index(module) :]
        if module in done:
            return []
        for imported in sorted(imports.get(module, ())):
            if found := walk(imported, [*path, module]):
                return found
        done.add(module)
        return []

    return next((found for module in sorted(imports) if (found := walk(module, []))), [])


def picture(imports: Imports) -> str:
    """Return the picture: a band for each folder, in it each module above those that it imports."""
    parts: list[str] = []
    top = _GAP
    for band, job in BANDS.items():
        modules = [module for module in imports if band_of(module) == band and module != band]
        if band == "evidence" and not modules:
            modules = ["evidence"]
        rows = _rows(modules, imports)
        height = len(rows) * (_BOX + _GAP) + _GAP
        middle = top + height / 2
        parts.append(
            f'<rect class="band" x="{_LEFT}" y="{top}" width="{_WIDTH - _LEFT}" height="{height}" '
            f'rx="10"/><text class="kind" x="{_LEFT - 14}" y="{middle - 2}">{job}</text>'
        )
        if band in imports and band:
            parts.append(
                f'<text class="path" x="{_LEFT - 14}" y="{middle + 14}">{escape(band)}/</text>'
            )
        for number, row in enumerate(rows):
            parts += _row(row, top + _GAP + number * (_BOX + _GAP))
        top += height + _GAP
    return _SVG.format(width=_WIDTH, height=top, parts="\n".join(parts))


def _rows(modules: list[str], imports: Imports) -> list[list[str]]:
    """Return the modules in rows, each as far up as its imports within the band ask for."""
    height: dict[str, int] = {}

    def measure(module: str) -> int:
        if module not in height:
            below = [measure(m) for m in imports[module] if m in modules and m != module]
            height[module] = max(below, default=-1) + 1
        return height[module]

    rows: list[list[str]] = []
    for module in modules:
        while len(rows) <= measure(module):
            rows.append([])
        rows[measure(module)].append(module)
    return [row[at : at + _MOST] for row in reversed(rows) for at in range(0, len(row), _MOST)]


def _row(modules: list[str], y: int) -> Iterator[str]:
    step = (_WIDTH - _LEFT) / len(modules)
    for number, module in enumerate(modules):
        middle = round(_LEFT + step * (number + 0.5))
        yield (
            f'<g class="module"><rect x="{middle - _BOX_WIDTH // 2}" y="{y}" '
            f'width="{_BOX_WIDTH}" height="{_BOX}" rx="6"/>'
            f'<text x="{middle}" y="{y + 18}">{_as_text(module.rpartition(".")[2])}</text></g>'
        )


def _as_text(name: str) -> str:
    # The page is Markdown, to which two underscores on either side mean emphasis.
    return escape(name).replace("_", "&#95;")


_WIDTH, _LEFT, _GAP, _BOX, _BOX_WIDTH, _MOST = 720, 92, 10, 28, 96, 6

_SVG = """\
<svg class="modules" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" \
width="{width}" role="img" aria-label="The modules in bands, one a folder; each imports only from \
bands below its own, or from modules below it in the same band" \
style="max-width:100%;height:auto" font-family="inherit">
<style>.modules .band{{fill:currentColor;fill-opacity:.05}}.modules .module rect{{fill:none;\
stroke:currentColor;stroke-opacity:.55;stroke-width:1.2}}.modules text{{fill:currentColor}}\
.modules .module text{{text-anchor:middle;font-size:13px;font-weight:600}}\
.modules .kind,.modules .path{{font-size:14px;text-anchor:end}}\
.modules .path{{font-size:12px;fill-opacity:.8}}</style>
{parts}
</svg>
"""


if __name__ == "__main__":
    PICTURE.write_text(picture(imports_of(PACKAGE)), encoding="utf-8")
