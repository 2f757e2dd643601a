from typing import Any

import pytest
from strategies import a_bundle, an_invalid_bundle

from taskclf.model_registry import Problem, SelectionPolicy
from taskclf.model_registry.selection.gates import failed_gates

# Precision: Build 0.9375, Debug 0.9615. Recall: Build 0.9574, Debug 0.9434.
CONSISTENT: dict[str, Any] = {"macro_f1": 0.9499, "weighted_f1": 0.95, "data_provenance": "real"}


def problems(gates: dict[str, Any], **changes: Any) -> list[Problem]:
    return failed_gates(a_bundle(**CONSISTENT | changes), SelectionPolicy(version=2, **gates))


def failed(gates: dict[str, Any], **changes: Any) -> str:
    return "; ".join(problem.message for problem in problems(gates, **changes))


@pytest.mark.parametrize(
    "gates",
    [
        {},
        {"require_consistent_metrics": True},
        {"min_macro_f1": 0.9498},
        {"min_weighted_f1": 0.9499},
        {"min_class_precision": 0.9375},
        {"min_class_recall": 0.94},
        {"min_precision": {"Build": 0.9375, "Debug": 0.96}},
        {"min_recall": {"Build": 0.957}},
        {"min_samples": 100},
        {"min_class_support": 47},
        {"data_provenance": ["mixed", "real"]},
    ],
)
def test_a_bundle_that_reaches_the_gate_passes(gates: dict[str, Any]) -> None:
    assert failed(gates) == ""


@pytest.mark.parametrize(
    ("gates", "reason"),
    [
        ({"min_macro_f1": 0.95}, "macro_f1 0.9499 < 0.9500"),
        ({"min_weighted_f1": 1}, "weighted_f1 0.950 < 1.000"),
        ({"min_class_precision": 0.95}, "precision['Build'] 0.938 < 0.950"),
        ({"min_class_recall": 0.99}, "recall['Debug'] 0.943 < 0.990 (lowest of 2)"),
        ({"min_precision": {"Debug": 0.98}}, "precision['Debug'] 0.962 < 0.980"),
        (
            {"min_recall": {"Debug": 0.98, "Build": 0.97}},
            "recall['Build'] 0.957 < 0.970; recall['Debug'] 0.943 < 0.980",
        ),
        ({"min_samples": 101}, "samples 100 < 101"),
        ({"min_class_support": 50}, "support['Build'] 47 < 50"),
        (
            {"data_provenance": ["mixed", "synthetic"]},
            "data_provenance 'real' not in 'mixed', 'synthetic'",
        ),
        (
            {"min_precision": {"Build": 0.95}, "min_samples": 200, "min_macro_f1": 0.9},
            "precision['Build'] 0.938 < 0.950; samples 100 < 200",
        ),
    ],
)
def test_every_failed_gate_is_told_with_what_was_observed_and_what_is_required(
    gates: dict[str, Any], reason: str
) -> None:
    assert failed(gates) == reason


@pytest.mark.parametrize(
    ("required", "reason"),
    [
        (0.9500001, "macro_f1 0.9500000 < 0.9500001"),
        (0.95 + 2**-53, "macro_f1 0.9500000000000000 < 0.9500000000000001"),
    ],
)
def test_a_shortfall_is_never_hidden_by_rounding(required: float, reason: str) -> None:
    matrix = [[19, 1], [1, 19]]
    assert failed({"min_macro_f1": required}, confusion_matrix=matrix, macro_f1=0.95) == reason


def test_a_requirement_too_small_for_decimals_is_written_in_full() -> None:
    assert failed({"min_macro_f1": 1e-20}, macro_f1=0) == "macro_f1 0.0 < 1e-20"


@pytest.mark.parametrize("name", ["macro_f1", "weighted_f1"])
def test_neither_a_reported_score_nor_the_matrix_may_be_below_the_gate(name: str) -> None:
    gates = {f"min_{name}": 0.9}
    assert failed(gates, **{name: 0.8}) == f"{name} 0.800 < 0.900"
    assert failed(gates, **{name: 0.95}, confusion_matrix=[[1, 1], [1, 1]]) == (
        f"{name} 0.500 < 0.900"
    )


def test_metrics_that_contradict_the_matrix_are_told_with_the_finding() -> None:
    assert failed({"require_consistent_metrics": True}, macro_f1=0.99) == (
        "inconsistent macro_f1: Differs by 0.04013 from the confusion matrix, "
        "which gives 0.94987 for all of label_names with zero_division=0"
    )


def test_an_unknown_provenance_is_none_that_is_allowed() -> None:
    reason = failed({"data_provenance": ["real"]}, data_provenance=None)
    assert reason == "data_provenance unknown not in 'real'"


def test_a_class_that_nobody_evaluated_has_no_support_and_no_hits() -> None:
    gates = {"min_class_support": 1, "min_class_recall": 0.5, "min_precision": {"Write": 0.5}}
    assert failed(gates, label_set=["Build", "Debug", "Write"]) == (
        "recall['Write'] 0.000 < 0.500; precision['Write'] 0.000 < 0.500; support['Write'] 0 < 1"
    )


def test_a_gate_for_a_label_that_the_bundle_does_not_know_fails() -> None:
    assert failed({"min_recall": {"Write": 0.5}}) == "recall['Write'] 0.000 < 0.500"


def test_a_matrix_of_zeros_fails_every_gate_on_scores() -> None:
    reason = failed({"min_class_precision": 0.1, "min_samples": 1}, confusion_matrix=[[0, 0]] * 2)
    assert reason == "precision['Build'] 0.000 < 0.100 (lowest of 2); samples 0 < 1"


def test_a_problem_names_the_gate_and_leads_to_what_it_is_about() -> None:
    gates: dict[str, Any] = {
        "require_consistent_metrics": True,
        "min_macro_f1": 1,
        "min_weighted_f1": 1,
        "min_class_precision": 1,
        "min_class_recall": 0.95,
        "min_precision": {"Write": 1},
        "min_recall": {"Debug": 1},
        "min_samples": 101,
        "min_class_support": 50,
        "data_provenance": ["mixed"],
    }
    found = problems(gates, label_set=["Build", "Debug", "Write"], macro_f1=0.99)
    assert [(p.document, p.pointer, p.type) for p in found] == [
        ("metrics.json", "/macro_f1", "require_consistent_metrics"),
        ("metrics.json", "/label_names", "require_consistent_metrics"),
        ("metrics.json", "/macro_f1", "min_macro_f1"),
        ("metrics.json", "/weighted_f1", "min_weighted_f1"),
        ("metrics.json", "/label_names", "min_class_precision"),
        ("metrics.json", "/label_names", "min_class_recall"),
        ("metrics.json", "/label_names", "min_precision"),
        ("metrics.json", "/confusion_matrix/1", "min_recall"),
        ("metrics.json", "/confusion_matrix", "min_samples"),
        ("metrics.json", "/label_names", "min_class_support"),
        ("metadata.json", "/data_provenance", "data_provenance"),
    ]


def test_version_1_has_no_gate_and_an_invalid_bundle_no_evidence() -> None:
    assert failed_gates(a_bundle(macro_f1=0), SelectionPolicy()) == []
    assert failed_gates(an_invalid_bundle(), SelectionPolicy(version=2, min_samples=1)) == []
