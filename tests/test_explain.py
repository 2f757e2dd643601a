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
        ({"macro_f1": 0.86999}, "macro_f1", -0.00001, "macro_f1 −1.0e-05"),
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


@pytest.mark.parametrize(
    ("worse", "clear", "reason"),
    [
        (
            [[44, 3], [4, 49]],
            False,
            "macro F1 +0.0201 by the matrices, within 1.96 standard errors (±0.0659)",
        ),
        (
            [[27, 20], [20, 33]],
            True,
            "macro F1 +0.3513 by the matrices, beyond 1.96 standard errors (±0.1053)",
        ),
        (
            [[45, 2], [3, 50]],
            False,
            "macro F1 +0.0000 by the matrices, within 1.96 standard errors (±0.0606)",
        ),
        ([[0, 0], [0, 0]], False, "no samples were evaluated, so there is nothing to tell by"),
    ],
)
def test_a_lead_is_clear_when_it_is_larger_than_the_evaluations_can_blur(
    worse: Any,
    clear: bool,  # noqa: FBT001 - data
    reason: str,
) -> None:
    lead = explain(a_report(a_bundle("a"), a_bundle("b", confusion_matrix=worse))).lead
    assert lead
    assert lead.model_dump() == {"best": "a", "runner_up": "b", "clear": clear, "reason": reason}


def test_a_lead_that_the_matrices_contradict_is_not_clear() -> None:
    boasting = a_bundle("a", macro_f1=1, confusion_matrix=[[27, 20], [20, 33]])
    explanation = explain(a_report(boasting, a_bundle("b")))
    assert explanation.lead
    assert not explanation.lead.clear
    assert explanation.lead.reason.startswith("macro F1 −0.3513 by the matrices, beyond")
    assert explanation.standings[0].inconsistencies[0].pointer == "/macro_f1"


@pytest.mark.parametrize("bundles", [[], [a_bundle("a")]])
def test_without_a_runner_up_there_is_no_lead(bundles: list[ModelBundle]) -> None:
    explanation = explain(a_report(*bundles))
    assert explanation.lead is None
    assert [s.model_id for s in explanation.standings] == [b.model_id for b in bundles]


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


def test_the_best_two_of_the_example_models_cannot_be_told_apart() -> None:
    explanation = explain(find_best_model(MODELS, SelectionPolicy(), HASH, set("0123456789")))
    assert explanation.lead
    assert (explanation.lead.best, explanation.lead.runner_up) == (
        "digits-svm-c10",
        "digits-svm-c1",
    )
    assert not explanation.lead.clear
    told_apart = [s.behind_best.distinguishable for s in explanation.standings if s.behind_best]
    assert told_apart == [False] * 3 + [True] * 6
    assert not any(s.inconsistencies for s in explanation.standings)
