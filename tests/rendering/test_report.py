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
from taskclf.model_registry.rendering.content import Facts, Groups, Page, Table
from taskclf.model_registry.rendering.html import as_html
from taskclf.model_registry.rendering.markdown import as_markdown
from taskclf.model_registry.rendering.report import page_of_report
from taskclf.model_registry.rendering.text import as_text

EXAMPLES = Path(__file__).parents[2] / "examples" / "models"


def examples_report(policy: SelectionPolicy) -> SelectionReport:
    wanted = read_bundle(EXAMPLES / "digits-svm-c1").metadata
    assert wanted is not None
    return find_best_model(EXAMPLES, policy, wanted.schema_hash, wanted.label_set)


def titles(page: Page) -> list[str]:
    return [section.title for section in page.sections]


def table(page: Page, section: str) -> Table:
    [found] = [s for s in page.sections if s.title == section]
    [first, *_] = [block for block in found.blocks if isinstance(block, Table)]
    return first


def facts(page: Page) -> dict[str, str]:
    [block] = [block for block in page.blocks if isinstance(block, Facts)]
    return dict(block.pairs)


def test_the_page_leads_with_the_decision_and_says_whether_it_is_clear() -> None:
    page = page_of_report(examples_report(SelectionPolicy()))
    assert (page.outcome, page.good) == ("Best: digits-svm-c10", True)
    assert facts(page)["Lead"] == (
        "over 'digits-svm-c1'. Too close to call: macro F1 +1.9e-05 by the matrices, "
        "95 % interval −0.0104 to +0.0104"
    )
    assert facts(page)["Macro F1"] == (
        "0.9931, 95 % interval 0.9789 to 0.9988, allowing for the pick among 10"
    )
    assert facts(page)["May be best"] == "6 of 10"
    assert facts(page)["Scanned"] == "18 bundles: 10 ranked, 8 excluded"


def test_each_ranked_bundle_shows_its_interval_and_why_it_stands_behind_the_best() -> None:
    rows = table(page_of_report(examples_report(SelectionPolicy())), "Ranking").rows
    _, model, estimate, weighted_f1, reason = rows[1]
    assert (model, weighted_f1) == ("digits-svm-c1", "0.9930")
    assert str(estimate) == "0.9930 [0.9838, 0.9978]"
    assert reason == "macro_f1 −0.0001; may be best"
    assert rows[-1][-1] == "macro_f1 −0.9747"


def test_classes_are_listed_worst_first_for_the_best_and_the_one_to_compare() -> None:
    page = page_of_report(examples_report(SelectionPolicy()), "digits-knn-1")
    text = as_text(page, width=100)
    assert "digits-svm-c10, evaluated on 719 samples" in text
    assert "digits-knn-1, evaluated on 719 samples" in text
    assert "digits-svm-c1, evaluated" not in text
    f1 = [str(row[-1]) for row in table(page, "Classes").rows]
    assert f1 == sorted(f1)


def test_near_misses_stand_apart_from_what_no_gate_could_let_in() -> None:
    page = page_of_report(examples_report(SelectionPolicy(version=2, min_macro_f1=0.98)))
    assert titles(page)[-2:] == ["Near misses", "Excluded"]
    [near] = page.sections[-2].blocks
    assert isinstance(near, Groups)
    shown = {(group.title, *group.items) for group in near.groups}
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
    assert (page.outcome, page.good) == (f"Best: a, contradicted: {contradiction}", False)
    for shown in (as_text(page, width=200), as_markdown(page), as_html(page)):
        first = shown[: shown.index("Created at")].replace("\\", "")
        assert contradiction in first


def test_rows_that_the_matrix_contradicts_carry_a_mark() -> None:
    bundles = (
        a_bundle("a", macro_f1=0.9499, weighted_f1=0.95),
        a_bundle("b", macro_f1=0.94, weighted_f1=0.95),
        a_bundle("c", macro_f1=0.93, confusion_matrix=[[450, 20], [30, 500]]),
    )
    page = page_of_report(a_report(*bundles))
    assert page.good
    assert [row[-1] for row in table(page, "Ranking").rows] == [
        "best; may be best",
        "contradicted; macro_f1 −0.0099; may be best",
        "contradicted; macro_f1 −0.0199; may be best; other test samples",
    ]
    assert "Contradicted by the confusion matrix" in titles(page)
    assert "metrics.json /macro_f1: Differs by 0.01987" in as_text(page, width=200)


def test_one_model_has_no_lead_and_no_samples_leave_all_open() -> None:
    page = page_of_report(
        a_report(a_bundle(macro_f1=0, weighted_f1=0, confusion_matrix=[[0, 0], [0, 0]]))
    )
    assert "Lead" not in facts(page)
    assert facts(page)["Macro F1"] == "0.0000, 95 % interval 0.0000 to 1.0000"
    assert str(table(page, "Ranking").rows[0][2]) == "0.0000 [0.0000, 1.0000]"


def test_nothing_eligible_is_said_and_the_exclusions_remain() -> None:
    record = ExclusionRecord(model_id="x", path=Path("/x"), reason="invalid: missing metrics.json")
    page = page_of_report(a_report(excluded=[record]))
    assert (page.outcome, page.good) == ("No bundle is eligible", False)
    assert titles(page) == ["Excluded"]


def test_only_what_is_ranked_can_be_compared() -> None:
    with pytest.raises(ValueError, match="'x' is not one of the ranked bundles"):
        page_of_report(a_report(a_bundle("a")), "x")
    assert titles(page_of_report(a_report(a_bundle("a")), "a"))[0] == "Ranking"


def test_many_bundles_and_many_labels_are_counted_where_they_are_not_shown() -> None:
    names = [f"L{i:03}" for i in range(150)]
    matrix = [[int(i == j) for i in range(150)] for j in range(150)]
    many = a_bundle("m000", label_names=names, confusion_matrix=matrix)
    others = [a_bundle(f"m{i:03}") for i in range(1, 150)]
    page = page_of_report(a_report(many, *others))
    text = as_text(page, width=200)
    assert len(table(page, "Ranking").rows) == 100
    assert "And 50 bundles more, macro F1 from 0.8700 to 0.8700." in text
    assert "And 50 more, with the same F1 or a higher one." in text
