import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hostile import HOSTILE, hostile_invalid_bundle, hostile_report
from seen import Seen
from strategies import a_bundle

from taskclf.model_registry import ModelBundle, SelectionReport
from taskclf.model_registry.contract.printable import printable
from taskclf.model_registry.rendering.bundle import page_of_bundle
from taskclf.model_registry.rendering.content import Column, Interval, Page, Table
from taskclf.model_registry.rendering.html import as_fragment, as_html
from taskclf.model_registry.rendering.report import page_of_report

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

DOCUMENT = {"html", "head", "meta", "title", "style", "body"}
CONTENT = {
    *("div", "header", "section", "h1", "h2", "p", "bdi", "span", "small", "ul", "li"),
    *("dl", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td"),
    *("svg", "title", "line", "circle", "path", "style"),
}
ATTRIBUTES = {
    *("aria-label", "charset", "class", "content", "cx", "cy", "d", "height", "http-equiv"),
    *("lang", "name", "r", "role", "scope", "style", "viewbox", "width", "x1", "x2", "y1", "y2"),
}
PAGES = [
    page_of_report(hostile_report()),
    *(page_of_bundle(hostile_invalid_bundle(name)) for name in HOSTILE),
]


def test_hostile_names_and_labels_create_nothing() -> None:
    for page in PAGES:
        seen = Seen(as_html(page))
        assert seen.elements <= DOCUMENT | CONTENT
        assert seen.attributes <= ATTRIBUTES
        assert all(line.isprintable() for line in as_html(page).split("\n"))


def test_hostile_names_are_shown() -> None:
    seen = Seen(as_html(PAGES[0]))
    for name in HOSTILE:
        assert printable(name) in seen.text


def test_a_document_runs_and_requests_nothing() -> None:
    html = as_html(page_of_report(hostile_report()))
    assert "default-src 'none'; style-src 'unsafe-inline'" in html
    assert Seen(html).elements.isdisjoint({"script", "link", "img", "iframe", "object", "base"})
    assert "url(" not in html
    assert "@import" not in html


def test_a_fragment_is_one_element_for_a_page_that_is_there() -> None:
    fragment = as_fragment(page_of_bundle(a_bundle()))
    assert fragment.startswith('<div class="taskclf-registry">')
    assert fragment.endswith("</div>")
    assert Seen(fragment).elements <= CONTENT


def intervals(*cells: Interval) -> str:
    table = Table((Column("F1", "number"),), tuple((cell,) for cell in cells), scale=(0.5, 1.0))
    return as_fragment(Page("t", "o", good=True, blocks=(table,)))


def test_an_interval_is_drawn_on_the_scale_of_its_table() -> None:
    html = intervals(Interval(0.75, 0.625, 0.875))
    assert 'class="range" x1="30.0" x2="90.0"' in html
    assert '<circle cx="60.0"' in html
    assert "0.6250 \u2013 0.8750" in Seen(html).text
    assert 'aria-label="0.7500 [0.6250, 0.8750]"' in html


def test_an_estimate_below_the_scale_is_an_arrow_at_its_edge() -> None:
    html = intervals(Interval(0.2, 0.1, 0.3))
    assert "circle" not in Seen(html).elements
    assert 'class="range"' not in html
    assert "path" in Seen(html).elements


def test_an_estimate_without_interval_is_a_number() -> None:
    html = intervals(Interval(0.75))
    assert str(Interval(0.75)) == "0.7500"
    assert "svg" not in Seen(html).elements
    assert "0.7500" in Seen(html).text


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_browser_creates_no_element_and_runs_no_script(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text(as_html(page_of_report(hostile_report())), encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    run = subprocess.run(
        [str(CHROMIUM), *flags, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", str(page)],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    seen = Seen(run.stdout)
    assert seen.elements <= DOCUMENT | CONTENT
    assert seen.attributes <= ATTRIBUTES
    assert "owned" not in run.stdout.partition("<title>")[2].partition("</title>")[0]
    assert "Best: " in seen.text


def test_a_notebook_shows_html() -> None:
    bundle, report = a_bundle(), hostile_report()
    assert bundle._repr_html_() == as_fragment(page_of_bundle(bundle))
    assert report._repr_html_() == as_fragment(page_of_report(report))


@pytest.mark.parametrize("shown", [a_bundle(), hostile_report()], ids=["bundle", "report"])
def test_a_notebook_falls_back_to_the_plain_repr_without_jinja2(
    shown: ModelBundle | SelectionReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    monkeypatch.delitem(sys.modules, "taskclf.model_registry.rendering.html")
    assert shown._repr_html_() is None
