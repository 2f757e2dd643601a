import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hostile import HOSTILE, hostile_invalid_bundle, hostile_report
from pages import PAGE
from seen import Seen
from strategies import a_bundle, a_report

from taskclf.model_registry import ExclusionRecord, ModelBundle, SelectionReport
from taskclf.model_registry.contract.printable import printable
from taskclf.model_registry.rendering import html
from taskclf.model_registry.rendering.bundle import page_of_bundle
from taskclf.model_registry.rendering.content import (
    Axis,
    Cell,
    Column,
    Estimate,
    Matrix,
    Page,
    Table,
)
from taskclf.model_registry.rendering.html import as_fragment, as_html
from taskclf.model_registry.rendering.report import page_of_report

PAGE_CSS = Path(html.__file__).with_name("page.css")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

DOCUMENT = {"html", "head", "meta", "title", "style", "body", "main"}
CONTENT = {
    *("div", "header", "section", "h1", "h2", "p", "b", "bdi", "i", "span", "ul", "li"),
    *("dl", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td"),
    *("details", "summary", "style"),
}
AXIS = Axis(0.5, 1.0, mark=0.9)
ATTRIBUTES = {
    *("aria-label", "charset", "class", "colspan", "content", "data-label", "http-equiv", "lang"),
    *("name", "role", "scope", "style", "tabindex"),
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


def drawn(*cells: Cell, axis: Axis | None = AXIS) -> str:
    table = Table((Column("F1", "number", axis=axis),), tuple((cell,) for cell in cells))
    return as_fragment(Page("t", "o", "good", blocks=(table,)))


def test_an_interval_is_drawn_on_the_axis_of_its_column_with_its_numbers_beside_it() -> None:
    html = drawn(Estimate(0.75, 0.625, 0.875, tone="good"))
    assert 'class="bar good" style="--at:50.0%;--from:25.0%;--to:75.0%"' in html
    assert "--mark:80.0%" in html
    assert "[0.6250, 0.8750]" in Seen(html).text
    for tick in ("0.50", "0.75", "1.00"):
        assert f"<i>{tick}</i>" in html


def test_an_estimate_beyond_the_axis_is_an_arrow_at_its_edge() -> None:
    assert 'class="bar below" style="--at:0.0%' in drawn(Estimate(0.2, 0.1, 0.3))
    assert 'class="bar above" style="--at:100.0%' in drawn(Estimate(1.2, 1.1, 1.3))


def test_an_estimate_without_interval_is_a_point_and_one_without_axis_a_number() -> None:
    assert 'class="bar plain" style="--at:50.0%;--from:50.0%;--to:50.0%"' in drawn(Estimate(0.75))
    assert "0.7500" in drawn(Estimate(0.75), axis=None)
    assert 'class="bar' not in drawn(Estimate(0.75), axis=None)


def test_a_cell_without_estimate_takes_the_place_of_one() -> None:
    assert '<td class="number" colspan="3" data-label="F1">none</td>' in drawn("none")


def test_an_axis_without_a_mark_has_no_line() -> None:
    assert "--mark:" not in drawn(Estimate(0.75), axis=Axis(0.0, 1.0))


def test_cells_of_a_matrix_are_shaded_by_their_share_and_sign() -> None:
    matrix = Matrix("m", ("a", "b"), ((90, -1), (0, 9)), wholes=(100, 100))
    html = as_fragment(Page("t", "o", "good", blocks=(matrix,)))
    assert '<td class="p s9">+90</td>' in html
    assert '<td class="n s1">−1</td>' in html
    assert "<td>0</td>" in html


def test_a_matrix_with_many_labels_has_a_list_for_where_it_has_no_room() -> None:
    few, many = (
        as_fragment(
            Page(
                "t",
                "o",
                "good",
                blocks=(Matrix("m", tuple("abcdefgh"[:n]), ((1,) * n,) * n),),
            )
        )
        for n in (6, 7)
    )
    assert 'class="instead"' not in few
    assert 'class="instead"' in many


def test_rows_and_names_that_are_not_shown_are_counted() -> None:
    seen = Seen(as_html(PAGE)).text
    assert "and 1,000 more" in seen
    assert "and 3 more" in seen


def test_exclusions_are_folded_under_what_they_have_in_common() -> None:
    html = as_html(PAGE)
    assert '<summary><span class="mark bad">1 invalid</span> <bdi>a cause</bdi></summary>' in html


def test_the_page_of_very_many_bundles_stays_small() -> None:
    labels = [f"label-{number}" for number in range(40)]
    counts = [[1000 * (row == column) + 1 for column in range(40)] for row in range(40)]
    ranked = [
        a_bundle(
            f"a-model-of-about-40-characters-{n:05}", label_names=labels, confusion_matrix=counts
        )
        for n in range(200)
    ]
    excluded = [
        ExclusionRecord(
            model_id=f"{kind}-of-about-40-characters-{n:05}",
            path=Path("/models"),
            reason=f"{kind}: a reason of {'about one hundred characters' * 3} number {n % 150}",
        )
        for kind in ("constraint", "incompatible", "invalid")
        for n in range(3000)
    ]
    html = as_html(page_of_report(a_report(*ranked, excluded=excluded)))
    assert len(html.encode()) < 200_000


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


def test_a_second_axis_has_a_mark_of_its_own() -> None:
    columns = (Column("F1", axis=AXIS), Column("Recall", axis=Axis(0.0, 1.0, mark=0.25)))
    table = Table(columns, ((Estimate(0.75), Estimate(0.5)),))
    html = as_fragment(Page("t", "o", "good", blocks=(table,)))
    assert '<table class="rows" style="--mark:80.0%">' in html
    assert '<td class="axis" style="--mark:25.0%">' in html


def test_every_rule_weighs_more_than_those_of_a_notebook_and_touches_nothing_else() -> None:
    css = re.sub(r"/\*.*?\*/", "", PAGE_CSS.read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = [rule.strip() for rule in re.findall(r"([^{};]+){", css)]
    assert len(selectors) > 50
    for selector in selectors:
        assert selector.startswith((":is(#t, .taskclf-registry)", ".taskclf-registry .s", "@"))
        # A comma outside of brackets would start a selector of its own weight.
        assert "," not in re.sub(r"\([^()]*(\([^()]*\))*[^()]*\)", "", selector), selector


def test_names_of_several_columns_can_be_told_apart_where_a_row_is_a_paragraph() -> None:
    confusions = Matrix("m", ("a", "b"), ((1, 2), (3, 4))).confusions()
    html = as_fragment(Page("t", "o", "good", blocks=(confusions,)))
    assert '<td class="name" data-label="True"><bdi>b</bdi></td>' in html
    one = as_fragment(Page("t", "o", "good", blocks=(Table((Column("M", "name"),), (("a",),)),)))
    assert '<td class="name"><bdi>a</bdi></td>' in one
