from pathlib import Path
from typing import Any

import pytest
from strategies import a_bundle, a_report

from taskclf.model_registry import (
    ExclusionRecord,
    ModelBundle,
    SelectionPolicy,
    SelectionReport,
    find_best_model,
)
from taskclf.model_registry.explain import Explanation, explain

MODELS = Path(__file__).parents[1] / "examples" / "models"
HASH = "85e94657205f7ae421cd9c374c925ba9751f7dc8362971bdcaf3321bc81f1d5b"


@pytest.mark.parametrize(
    ("changes", "key", "margin", "reason"),
    [
        ({"macro_f1": 0.75}, "macro_f1", -0.12, "macro_f1 −0.1200"),
        ({"macro_f1": 0.86999}, "macro_f1", -0.00001, "macro_f1 −0.00001"),
        ({"weighted_f1": 0.886}, "weighted_f1", -0.004, "tied macro_f1; weighted_f1 −0.0040"),
        (
            {"created_at": "2026-02-25T11:34:56Z"},
            "created_at",
            -90000,
            "tied macro_f1, weighted_f1; created_at 1 day, 1:00:00 earlier",
        ),
        (
            {"created_at": "2026-02-26T13:34:56+01:00"},
            "model_id",
            None,
            "tied macro_f1, weighted_f1, created_at; model_id after 'a'",
        ),
    ],
)
def test_a_bundle_stands_behind_the_best_by_the_first_key_that_differs(
    changes: dict[str, Any], key: str, margin: float | None, reason: str
) -> None:
    best, other = explain(a_report(a_bundle("a"), a_bundle("b", **changes))).standings
    assert (best.rank, best.deciding_key, best.margin, best.reason) == (1, None, None, "best")
    assert (other.rank, other.model_id, other.deciding_key, other.reason) == (2, "b", key, reason)
    assert other.margin == pytest.approx(margin)


GOOD = [[45, 2], [3, 50]]
POOR = [[27, 20], [20, 33]]


@pytest.mark.parametrize(
    ("matrix", "clear", "reason"),
    [
        (
            [[44, 3], [4, 49]],
            False,
            "Too close to call: macro F1 +0.0201 by the matrices, 95 % interval −0.0566 to +0.0985",
        ),
        (POOR, True, "Clear: macro F1 +0.3513 by the matrices, 95 % interval +0.2363 to +0.4648"),
        (
            GOOD,
            False,
            "Too close to call: macro F1 +0.0000 by the matrices, 95 % interval −0.0727 to +0.0727",
        ),
        ([[0, 0], [0, 0]], False, "No samples were evaluated, so there is nothing to compare"),
    ],
)
def test_a_lead_is_clear_when_it_is_larger_than_the_evaluations_can_blur(
    matrix: Any,
    clear: bool,  # noqa: FBT001 - data
    reason: str,
) -> None:
    lead = explain(a_report(a_bundle("a"), a_bundle("b", confusion_matrix=matrix))).lead
    assert lead
    assert (lead.best, lead.runner_up, lead.clear, lead.reason) == ("a", "b", clear, reason)


def test_a_lead_is_the_difference_from_the_second() -> None:
    bundles = a_bundle("a"), a_bundle("b", confusion_matrix=[[44, 3], [4, 49]])
    explanation = explain(a_report(*bundles))
    assert explanation.lead
    assert explanation.lead.difference == explanation.standings[1].behind_best


def test_a_bundle_that_the_matrices_favour_is_said_to_be_better_though_it_ranks_lower() -> None:
    boasting = a_bundle("a", macro_f1=0.8702, confusion_matrix=POOR)
    explanation = explain(a_report(boasting, a_bundle("b", confusion_matrix=GOOD)))
    best, other = explanation.standings
    assert explanation.lead
    assert not explanation.lead.clear
    assert explanation.lead.reason == (
        "The runner-up is clearly better: macro F1 −0.3513 by the matrices, "
        "95 % interval −0.4648 to −0.2363"
    )
    assert other.reason == (
        "clearly better by its matrix (macro F1 +0.3513); as reported, macro_f1 −0.0002"
    )
    assert other.deciding_key == "macro_f1"
    assert other.margin == pytest.approx(-0.0002)
    assert best.macro_f1 == 0.8702
    assert best.matrix_macro_f1 == pytest.approx(0.5986, abs=1e-4)
    assert best.inconsistencies[0].pointer == "/macro_f1"
    assert explanation.may_be_best == ["b"]
    assert (best.may_be_best, other.may_be_best) == (False, True)


def test_a_bundle_that_may_be_better_by_luck_is_not_said_to_be() -> None:
    ahead = a_bundle("b", macro_f1=0.8, confusion_matrix=[[46, 1], [3, 50]])
    _, other = explain(a_report(a_bundle("a", confusion_matrix=GOOD), ahead)).standings
    assert other.behind_best
    assert other.behind_best.macro_f1 < 0
    assert other.reason == "macro_f1 −0.0700"


def test_scores_stand_beside_those_of_the_matrix() -> None:
    [standing] = explain(a_report(a_bundle("a", macro_f1=0.87, weighted_f1=0.89))).standings
    assert (standing.macro_f1, standing.weighted_f1) == (0.87, 0.89)
    assert standing.matrix_macro_f1 == pytest.approx(0.949875, abs=1e-6)
    assert standing.matrix_weighted_f1 == pytest.approx(0.949975, abs=1e-4)
    assert standing.macro_f1_interval.low < 0.9
    assert standing.macro_f1_interval.high > 0.98


@pytest.mark.parametrize(
    ("labels", "matrix", "same"),
    [
        (["Build", "Debug"], [[40, 7], [0, 53]], True),
        (["Debug", "Build"], [[53, 0], [7, 40]], True),
        (["Debug", "Build"], [[47, 0], [0, 53]], False),
        (["Build", "Debug"], [[45, 2], [3, 51]], False),
        (["Build", "Other"], [[45, 2], [3, 50]], False),
    ],
)
def test_supports_by_label_show_whether_the_samples_may_be_the_same(
    labels: list[str],
    matrix: Any,
    same: bool,  # noqa: FBT001 - data
) -> None:
    other = a_bundle("b", label_names=labels, confusion_matrix=matrix)
    standings = explain(a_report(a_bundle("a"), other)).standings
    assert [standing.same_samples for standing in standings] == [None, same]


def test_the_interval_of_the_best_widens_with_the_number_it_was_picked_among() -> None:
    widths = []
    for number in (1, 2, 20):
        explanation = explain(a_report(*(a_bundle(f"{index}") for index in range(number))))
        [own, *_] = explanation.standings
        assert explanation.best_interval
        assert explanation.best_interval.low <= own.macro_f1_interval.low
        widths.append(explanation.best_interval.high - explanation.best_interval.low)
        if number == 1:
            assert explanation.best_interval.low == pytest.approx(own.macro_f1_interval.low)
    assert sorted(set(widths)) == widths


def test_among_many_a_model_may_be_best_that_is_clearly_behind_in_a_pair() -> None:
    behind = a_bundle("z", macro_f1=0.1, confusion_matrix=[[41, 6], [8, 45]])
    few = explain(a_report(a_bundle("a"), behind)).standings[-1]
    many = explain(a_report(*(a_bundle(f"{i:03}") for i in range(200)), behind)).standings[-1]
    assert few.behind_best == many.behind_best
    assert few.behind_best
    assert few.behind_best.distinguishable
    assert (few.may_be_best, many.may_be_best) == (False, True)


def test_explaining_the_first_changes_nothing_about_them() -> None:
    report = a_report(*(a_bundle(f"{i}", confusion_matrix=[[45, i], [3, 50]]) for i in range(9)))
    whole, part = explain(report), explain(report, top=2)
    assert part.standings == whole.standings[:2]
    assert part.model_copy(update={"standings": whole.standings}) == whole
    assert explain(report, top=0).standings == []
    with pytest.raises(ValueError, match="None or an integer"):
        explain(report, top=-1)


@pytest.mark.parametrize("bundles", [[], [a_bundle("a")]])
def test_without_a_runner_up_there_is_no_lead(bundles: list[ModelBundle]) -> None:
    explanation = explain(a_report(*bundles))
    assert explanation.lead is None
    assert [s.model_id for s in explanation.standings] == [b.model_id for b in bundles]
    assert explanation.may_be_best == [b.model_id for b in bundles]
    assert (explanation.best_interval is None) is (not bundles)


def test_only_bundles_that_gates_exclude_are_near_misses() -> None:
    excluded = [
        ExclusionRecord(model_id=name, path=Path("/models") / name, reason=reason)
        for name, reason in (
            ("x", "constraint: samples 38 < 200"),
            ("y", "incompatible: schema_hash mismatch"),
            ("z", "invalid: missing metrics.json"),
        )
    ]
    assert explain(a_report(excluded=excluded)).near_misses == excluded[:1]


def test_a_stored_report_has_the_same_explanation_and_that_survives_json() -> None:
    report = find_best_model(MODELS, SelectionPolicy(), HASH, set("0123456789"))
    explanation = explain(report)
    stored = SelectionReport.model_validate_json(report.model_dump_json())
    assert explain(stored) == explanation
    assert Explanation.model_validate_json(explanation.model_dump_json()) == explanation


def test_six_of_the_example_models_may_be_best_though_two_are_behind_in_a_pair() -> None:
    explanation = explain(find_best_model(MODELS, SelectionPolicy(), HASH, set("0123456789")))
    assert explanation.lead
    assert (explanation.lead.best, explanation.lead.runner_up) == (
        "digits-svm-c10",
        "digits-svm-c1",
    )
    assert not explanation.lead.clear
    told_apart = [s.behind_best.distinguishable for s in explanation.standings if s.behind_best]
    assert told_apart == [False] * 3 + [True] * 6
    assert [s.may_be_best for s in explanation.standings] == [True] * 6 + [False] * 4
    assert [s.same_samples for s in explanation.standings] == [None] + [True] * 9
    assert not any(s.inconsistencies for s in explanation.standings)
