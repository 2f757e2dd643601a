from typing import Any

import pytest
from hostile import HOSTILE, hostile_bundle, hostile_report
from seen import Seen
from strategies import a_bundle, a_report, an_invalid_bundle

from taskclf.model_registry import (
    ModelBundle,
    SelectionPolicy,
    SelectionReport,
    select_best_model,
)
from taskclf.model_registry.changes import changes
from taskclf.model_registry.rendering import render
from taskclf.model_registry.rendering.changes import page_of_changes
from taskclf.model_registry.rendering.content import Groups, Note, Page, Section, Table
from taskclf.model_registry.rendering.text import as_text


def decide(*bundles: ModelBundle, policy: SelectionPolicy | None = None) -> SelectionReport:
    return select_best_model(bundles, policy or SelectionPolicy(), "4077c2e1", ["Build", "Debug"])


def page_of(before: SelectionReport, after: SelectionReport) -> Page:
    return page_of_changes(changes(before, after))


def rows(page: Page, title: str) -> list[tuple[str, ...]]:
    [section] = [section for section in page.sections if section.title == title]
    [table] = [block for block in section.blocks if isinstance(block, Table)]
    return [tuple(map(str, row)) for row in table.rows]


def groups(section: Section) -> list[tuple[str, ...]]:
    [block] = section.blocks
    assert isinstance(block, Groups)
    return [(group.title, *group.items) for group in block.groups]


def test_the_first_line_says_why_the_best_changed_and_the_second_which_it_is() -> None:
    page = page_of(decide(a_bundle("a")), decide(a_bundle("a"), a_bundle("b", macro_f1=0.9)))
    assert page.outcome == "'b' appeared, ahead of 'a' by macro F1, 0.9000 to 0.8700."
    assert page.lead == ("Best before: a. Best now: b.",)
    assert page.tone == "unsure"


def test_without_a_best_it_is_bad_news() -> None:
    page = page_of(decide(a_bundle("a")), decide())
    assert page.tone == "bad"
    assert page.lead == ("Best before: a. Best now: none.",)


def test_where_nothing_changed_there_is_nothing_more_to_say() -> None:
    report = decide(a_bundle("a"))
    page = page_of(report, report)
    assert page.outcome == "'a' is still the best; nothing changed."
    assert (page.tone, page.lead, page.sections) == ("good", (), ())


def test_every_move_is_listed_with_where_it_stood_before_and_where_now() -> None:
    before = decide(
        a_bundle("a"), a_bundle("c", macro_f1=0.5), an_invalid_bundle("e"),
        a_bundle("g", schema_hash="dead"), a_bundle("h", macro_f1=0.3),
    )  # fmt: skip
    after = decide(
        a_bundle("a"), a_bundle("b", macro_f1=0.6), an_invalid_bundle("c"),
        a_bundle("e", macro_f1=0.4), an_invalid_bundle("g"),
    )  # fmt: skip
    page = page_of(before, after)
    invalid = "invalid: missing metadata.json; missing metrics.json"
    incompatible = "incompatible: schema_hash mismatch (required '4077c2e1', found 'dead')"
    assert {section.title: groups(section) for section in page.sections} == {
        "Appeared: 1 bundle": [("now ranked", "b (2)")],
        "Vanished: 1 bundle": [("was ranked", "h (3)")],
        "Eligible now: 1 bundle": [(f"was {invalid}, now ranked", "e (3)")],
        "Excluded now: 1 bundle": [(f"was ranked, now {invalid}", "c (2)")],
        "Excluded for another reason: 1 bundle": [(f"was {incompatible}, now {invalid}", "g")],
    }


def test_another_policy_and_other_documents_are_shown_value_by_value() -> None:
    page = page_of(
        decide(a_bundle("a")),
        decide(
            a_bundle("a", params={"C": 2.0}),
            policy=SelectionPolicy(version=2, min_recall={"Build": 0.5}),
        ),
    )
    assert rows(page, "Asked differently") == [
        ("policy.version", "1", "2"),
        ("policy.min_recall", "", '{"Build": 0.5}'),
    ]
    assert rows(page, "Other documents: 1 bundle") == [("params.C", "1.0", "2.0")]


@pytest.mark.parametrize(
    ("changed", "detail"), [({"macro_f1": 0.9}, False), ({"params": {}}, True)]
)
def test_documents_that_made_another_bundle_the_best_are_no_detail(
    changed: dict[str, Any],
    detail: bool,  # noqa: FBT001 - data
) -> None:
    before = decide(a_bundle("a"), a_bundle("b", macro_f1=0.5))
    page = page_of(before, decide(a_bundle("a"), a_bundle("b", **{"macro_f1": 0.5} | changed)))
    assert [section.detail for section in page.sections] == [detail]


def test_many_bundles_are_counted_where_they_are_not_shown() -> None:
    names = [f"b{n:03}" for n in range(60)]
    before = decide(*(a_bundle(name) for name in names))
    page = page_of(before, decide(*(a_bundle(name, params={}) for name in names)))
    [section] = page.sections
    assert section.blocks[-1] == Note("and 40 bundles more")
    assert len(section.blocks) == 41
    page = page_of(decide(), before)
    assert "60 bundles: now ranked\n  b000 (1), b001 (2), " in as_text(page, width=100)
    assert "b007 (8), and 52 more\n" in as_text(page, width=100)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_act_in_no_medium(name: str) -> None:
    found = changes(a_report(hostile_bundle(name)), hostile_report())
    html = Seen(render(found, "html"))
    assert html.elements.isdisjoint({"script", "img", "a"})
    assert html.attributes.isdisjoint({"onerror", "onmouseover"})
    for form in ("text", "markdown"):
        shown = render(found, form)
        assert all(line.isprintable() for line in shown.split("\n"))


def test_a_notebook_shows_it() -> None:
    html = changes(decide(a_bundle("a")), decide())._repr_html_()
    assert html is not None
    assert "The former best" in html
