from pathlib import Path

from taskclf.model_registry import ExclusionRecord, Problem
from taskclf.model_registry.rendering.content import Group
from taskclf.model_registry.rendering.exclusions import folds_of


def record(model_id: str, reason: str, *problems: Problem) -> ExclusionRecord:
    return ExclusionRecord(
        model_id=model_id, path=Path("/models"), reason=reason, problems=list(problems)
    )


def problem(pointer: str, code: str) -> Problem:
    return Problem(document="metrics.json", pointer=pointer, type=code, message="m")


def test_each_kind_is_a_fold_the_nearest_to_being_ranked_first() -> None:
    folds = folds_of(
        [
            record("a", "invalid: one"),
            record("b", "constraint: two"),
            record("c", "incompatible: three"),
            record("d", "constraint: two"),
        ]
    ).folds
    assert [(fold.title, fold.tone) for fold in folds] == [
        ("2 near misses", "unsure"),
        ("1 incompatible", "plain"),
        ("1 invalid", "bad"),
    ]
    assert folds[0].groups.groups == (Group("2 bundles: constraint: two", ("b", "d")),)
    assert folds_of([record("b", "constraint: two")]).folds[0].title == "1 near miss"


def test_a_brief_counts_causes_the_most_frequent_first() -> None:
    [fold] = folds_of(
        [
            record("a", "invalid: x", problem("/macro_f1", "less_than_equal")),
            record("b", "invalid: y", problem("/confusion_matrix/3", "row_length")),
            record("c", "invalid: z", problem("/confusion_matrix/4/1", "row_length")),
            record("d", "invalid: w", problem("", "document_missing")),
        ]
    ).folds
    assert fold.brief == (
        "2 × confusion_matrix: row length, macro_f1: too large, metrics.json: missing"
    )


def test_a_bundle_with_the_same_cause_in_many_places_counts_once() -> None:
    rows = [problem(f"/confusion_matrix/{row}", "row_length") for row in range(9)]
    [fold] = folds_of([record("a", "invalid: x", *rows)]).folds
    assert fold.brief == "confusion_matrix: row length"


def test_what_is_incompatible_or_fails_a_gate_needs_no_place() -> None:
    other = problem("/schema_hash", "schema_hash_mismatch")
    gate = problem("/confusion_matrix", "min_samples")
    folds = folds_of([record("a", "incompatible: x", other), record("b", "constraint: y", gate)])
    assert [fold.brief for fold in folds.folds] == ["min samples", "schema hash mismatch"]


def test_a_stored_record_without_problems_has_its_reason() -> None:
    [fold] = folds_of([record("a", "invalid: missing metrics.json")]).folds
    assert fold.brief == "invalid: missing metrics.json"
