from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from strategies import a_bundle, a_report

from taskclf.model_registry import (
    ExclusionRecord,
    SelectionPolicy,
    SelectionReport,
    find_best_model,
    read_bundle,
)
from taskclf.model_registry.rendering.content import Block, Facts, Fold, Folds, Page, Table
from taskclf.model_registry.rendering.html import as_html
from taskclf.model_registry.rendering.markdown import as_markdown
from taskclf.model_registry.rendering.report import page_of_report
from taskclf.model_registry.rendering.text import as_text

EXAMPLES = Path(__file__).parents[2] / "examples" / "models"


def examples_report(policy: SelectionPolicy) -> SelectionReport:
    wanted = read_bundle(EXAMPLES / "digits-svm-c1").metadata
    assert wanted is not None
    return find_best_model(EXAMPLES, policy, wanted.schema_hash, wanted.label_set)


def table(blocks: Iterable[Block]) -> Table:
    [first, *_] = [block for block in blocks if isinstance(block, Table)]
    return first


def section(page: Page, title: str) -> tuple[Block, ...]:
    [found] = [section for section in page.sections if section.title == title]
    return found.blocks


def folds(page: Page, title: str) -> dict[str, Fold]:
    [block] = section(page, title)
    assert isinstance(block, Folds)
    return {fold.title: fold for fold in block.folds}


def facts(page: Page) -> dict[str, str]:
    [block] = section(page, "Decision")
    assert isinstance(block, Facts)
    return dict(block.pairs)


def test_the_page_leads_with_the_decision_and_says_whether_it_is_clear() -> None:
    page = page_of_report(examples_report(SelectionPolicy()))
    assert (page.outcome, page.tone) == ("Best: digits-svm-c10", "good")
    assert page.lead == (
        (
            "Too close to call against digits-svm-c1: macro F1 differs by less than 0.0001, "
            "and the true difference may be −0.0104 to +0.0104 (95 % interval)."
        ),
        "5 others may be the best instead: digits-svm-c1, digits-knn-3 and 3 more.",
    )
    assert facts(page)["Macro F1"] == (
        "0.9931, 95 % interval 0.9789 to 0.9988, allowing for the pick among 10"
    )
    assert facts(page)["May be best"] == "6 of 10"
    assert facts(page)["Scanned"] == "18 bundles: 10 ranked, 8 excluded"


def test_the_first_screen_of_the_examples_fits_a_terminal_of_24_lines() -> None:
    text = as_text(page_of_report(examples_report(SelectionPolicy())), width=80, full=False)
    assert len(text.splitlines()) < 24


def test_the_ranking_comes_first_and_details_last() -> None:
    page = page_of_report(examples_report(SelectionPolicy()))
    assert len(table(page.blocks).rows) == 10
    assert [(section.title, section.detail) for section in page.sections] == [
        ("Excluded: 8 of 18 bundles", False),
        ("Classes", True),
        ("Confusion matrix", True),
        ("Decision", True),
    ]


def test_the_best_is_shown_beside_the_one_to_compare() -> None:
    page = page_of_report(examples_report(SelectionPolicy()), "digits-knn-1")
    text = as_text(page, width=200)
    assert "digits-svm-c10, evaluated on 719 samples; the other is digits-knn-1, 719" in text
    assert "digits-svm-c10 less digits-knn-1" in text


def test_near_misses_stand_apart_from_what_no_gate_could_let_in() -> None:
    page = page_of_report(examples_report(SelectionPolicy(version=2, min_macro_f1=0.98)))
    excluded = folds(page, "Excluded: 14 of 18 bundles")
    assert list(excluded) == ["6 near misses", "3 incompatible", "5 invalid"]
    near = excluded["6 near misses"]
    assert near.brief == "6 × min macro f1"
    shown = {(group.title, *group.items) for group in near.groups.groups}
    assert ("constraint: macro_f1 0.018 < 0.980", "digits-dummy") in shown
    assert facts(page)["Policy"] == "version 2; min_macro_f1: 0.98"


@pytest.mark.parametrize(
    ("changes", "contradiction"),
    [
        ({"macro_f1": 1}, "reported macro F1 1.0000, the matrix gives 0.9499"),
        (
            {"macro_f1": 0.9499, "weighted_f1": 1},
            "reported weighted F1 1.0000, the matrix gives 0.9500",
        ),
        (
            {"macro_f1": 0.9499, "weighted_f1": 0.95, "label_names": ["Build", "Test"]},
            "the matrix has other labels than label_set",
        ),
    ],
)
def test_a_best_that_its_matrix_contradicts_is_so_in_the_first_line_of_every_medium(
    changes: dict[str, Any], contradiction: str
) -> None:
    page = page_of_report(a_report(a_bundle("a", **changes)))
    assert (page.outcome, page.tone) == (f"Best: a, contradicted: {contradiction}", "bad")
    for shown in (as_text(page, width=200), as_markdown(page), as_html(page)):
        first = shown[: shown.index("Macro F1")].replace("\\", "")
        assert contradiction in first


def test_one_model_has_no_lead_and_no_samples_leave_all_open() -> None:
    page = page_of_report(
        a_report(a_bundle(macro_f1=0, weighted_f1=0, confusion_matrix=[[0, 0], [0, 0]]))
    )
    assert page.lead == ()
    assert facts(page)["Macro F1"] == "0.0000, 95 % interval 0.0000 to 1.0000"
    assert str(table(page.blocks).rows[0][2]) == "0.0000 [0.0000, 1.0000]"


def test_nothing_eligible_is_said_and_the_exclusions_remain() -> None:
    record = ExclusionRecord(model_id="x", path=Path("/x"), reason="invalid: missing metrics.json")
    page = page_of_report(a_report(excluded=[record]))
    assert (page.outcome, page.tone, page.blocks) == ("No bundle is eligible", "bad", ())
    assert page.lead == ("1 bundle: 1 invalid.",)
    assert [section.title for section in page.sections] == ["Excluded: 1 of 1 bundle", "Decision"]


def test_where_nothing_is_eligible_the_first_sentence_counts_why() -> None:
    page = page_of_report(examples_report(SelectionPolicy(version=2, min_samples=1000)))
    assert page.lead[0].startswith("18 bundles: 10 excluded by a gate of the policy, 3 with other")
    assert page.lead[0].endswith("labels, 5 invalid.")


def test_nothing_at_all_is_a_page_too() -> None:
    page = page_of_report(a_report())
    assert (page.outcome, page.lead) == ("No bundle is eligible", ("There is no bundle.",))
    assert facts(page)["Scanned"] == "0 bundles: 0 ranked, 0 excluded"


def test_only_what_is_ranked_can_be_compared() -> None:
    with pytest.raises(ValueError, match="'x' is not one of the ranked bundles"):
        page_of_report(a_report(a_bundle("a")), "x")
    assert "Difference" not in as_text(page_of_report(a_report(a_bundle("a")), "a"), width=200)


def test_many_bundles_are_counted_where_they_are_not_shown() -> None:
    page = page_of_report(a_report(*(a_bundle(f"m{i:03}") for i in range(150))))
    assert len(table(page.blocks).rows) == 50
    assert "\nand 100 more\n" in as_text(page, width=200)
    assert "\nand 140 more\n" in as_text(page, width=200, full=False)
