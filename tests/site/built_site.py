"""The built site: complete, whole, and on its own.

`make site-test` builds it and runs this module, whose name keeps it out of `make test`.
"""

import posixpath
import zlib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import taskclf.model_registry
import taskclf.model_registry.changes
import taskclf.model_registry.check
import taskclf.model_registry.compare
import taskclf.model_registry.evidence
import taskclf.model_registry.explain
import taskclf.model_registry.publish
import taskclf.model_registry.rendering
import taskclf.model_registry.schemas

ROOT = Path(__file__).parents[2]
SITE = ROOT / "site"
PAGES = sorted(SITE.rglob("*.html"))
REFERENCE = (
    taskclf.model_registry,
    taskclf.model_registry.changes,
    taskclf.model_registry.check,
    taskclf.model_registry.compare,
    taskclf.model_registry.evidence,
    taskclf.model_registry.explain,
    taskclf.model_registry.publish,
    taskclf.model_registry.rendering,
    taskclf.model_registry.schemas,
)
# What a browser fetches by itself, and what it goes to when a reader clicks.
LOADS = {("link", "href"), ("script", "src"), ("img", "src"), ("iframe", "src")}


class Links(HTMLParser):
    """The anchors of a page, what it links to and loads, and the cells that no heading names."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.nameless: list[tuple[int, int]] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "td" and "data-label" not in dict(attrs):
            self.nameless.append(self.getpos())
        for name, value in attrs:
            if value is None:
                continue
            if name == "id" or (tag == "a" and name == "name"):
                self.anchors.add(value)
            elif (tag, name) in LOADS:
                self.loads.append(value)
            elif (tag, name) == ("a", "href"):
                self.links.append(value)


PARSED = {path: Links(path) for path in PAGES}


def ids(path: Path) -> str:
    return path.relative_to(SITE).as_posix()


def target_of(page: Path, link: str) -> Path:
    # The page of a missing address is served from anywhere, so its links start at the root.
    base = "" if link.startswith("/") else page.parent.relative_to(SITE).as_posix()
    path = unquote(urlsplit(link).path)
    target = SITE / posixpath.normpath(posixpath.join(base, path.lstrip("/")))
    if not path:
        return page
    return target / "index.html" if target.is_dir() else target


def test_the_site_is_built() -> None:
    assert SITE / "index.html" in PAGES, "run make docs"


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_link_and_anchor_leads_somewhere(page: Path) -> None:
    broken = []
    for link in PARSED[page].links + PARSED[page].loads:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = target_of(page, link)
        if not target.is_file() or (
            parts.fragment and unquote(parts.fragment) not in PARSED[target].anchors
        ):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_no_page_loads_anything_from_another_host(page: Path) -> None:
    assert [link for link in PARSED[page].loads if urlsplit(link).netloc] == []


@pytest.mark.parametrize("page", sorted(set(PAGES) - {SITE / "report.html"}), ids=ids)
def test_every_cell_carries_its_heading_for_screens_that_show_no_columns(page: Path) -> None:
    assert PARSED[page].nameless == []


def test_every_page_is_in_the_navigation() -> None:
    # A page whose text links nowhere, so that its links are the navigation's.
    page = SITE / "404.html"
    linked = {target_of(page, link) for link in PARSED[page].links if not urlsplit(link).netloc}
    assert set(PAGES) - linked == {page, SITE / "report.html"}


def inventory() -> dict[str, str]:
    """Return the address of every documented Python name; Sphinx inventory, version 2."""
    content = (SITE / "objects.inv").read_bytes()
    *_, compressed = content.split(b"\n", 4)
    rows = zlib.decompress(compressed).decode().splitlines()
    entries = [row.split(" ", 4) for row in rows]
    return {
        name: address.replace("$", name)
        for name, role, _, address, _ in entries
        if role.startswith("py:")
    }


def test_every_public_name_is_documented_once_and_no_other() -> None:
    modules = {module.__name__: module for module in REFERENCE}
    public = {f"{name}.{entry}" for name, module in modules.items() for entry in module.__all__}
    # A name's own place is the anchor that it gives its name to; other entries are aliases of it.
    own = {name for name, address in inventory().items() if address.endswith(f"#{name}")}
    # Below the public names come their fields and methods.
    below = {name for name in own if name.rpartition(".")[0] in public}
    assert own - below - set(modules) == public


def test_the_inventory_leads_to_anchors_that_exist() -> None:
    for name, address in inventory().items():
        page, _, anchor = address.partition("#")
        target = SITE / page / "index.html" if page.endswith("/") else SITE / page
        assert anchor in PARSED[target].anchors, name


def test_every_field_of_a_public_model_is_in_the_inventory() -> None:
    known = inventory()
    for module in REFERENCE:
        for name in module.__all__:
            for field in getattr(getattr(module, name), "model_fields", {}):
                assert f"{module.__name__}.{name}.{field}" in known


def test_schemas_and_their_kit_are_published_byte_for_byte() -> None:
    sources = [path for path in (ROOT / "schemas").rglob("*.json") if path.is_file()]
    published = {path.relative_to(SITE) for path in (SITE / "schemas").rglob("*.json")}
    assert published == {path.relative_to(ROOT) for path in sources}
    for path in sources:
        assert (SITE / path.relative_to(ROOT)).read_bytes() == path.read_bytes()


def test_every_font_is_published_with_its_licence() -> None:
    for font in (SITE / "fonts").glob("*.woff2"):
        family = font.name.partition("-latin-")[0]
        licence = SITE / "fonts" / f"{family}-LICENSE.txt"
        assert "SIL Open Font License" in licence.read_text(encoding="utf-8")
    assert len(list((SITE / "fonts").glob("*.woff2"))) == 2


def test_llms_txt_leads_to_every_page() -> None:
    text = (SITE / "llms.txt").read_text(encoding="utf-8")
    linked = {
        SITE / line.split("](")[1].split(")")[0]
        for line in text.splitlines()
        if line.startswith("- [")
    }
    assert linked == set(PAGES) - {SITE / "404.html", SITE / "report.html"}


def test_the_picture_of_the_modules_is_published_as_it_was_drawn() -> None:
    page = (SITE / "contributing" / "index.html").read_text(encoding="utf-8")
    drawn = (ROOT / "docs" / "images" / "modules.svg").read_text(encoding="utf-8")
    for line in filter(None, drawn.splitlines()):
        assert line.replace("&#95;", "_") in page.replace("&#95;", "_")
