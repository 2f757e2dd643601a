from typing import Any

import pytest
from strategies import a_bundle, an_invalid_bundle

from taskclf.model_registry import ExclusionRecord, ModelBundle, Problem, SelectionPolicy
from taskclf.model_registry.selection.eligibility import exclusion

HASH = "4077c2e1"
LABELS = frozenset({"Build", "Debug"})
POLICY = SelectionPolicy()


def excluded(
    bundle: ModelBundle, policy: SelectionPolicy = POLICY, schema_hash: str = HASH
) -> ExclusionRecord:
    record = exclusion(bundle, policy, schema_hash, LABELS)
    assert record is not None
    return record


def test_an_eligible_bundle_is_not_excluded() -> None:
    assert exclusion(a_bundle(), POLICY, HASH, LABELS) is None


def test_an_invalid_bundle_is_excluded_with_its_own_reason_and_problems() -> None:
    problem = Problem(document="metrics.json", pointer="/x", type="t", message="m")
    bundle = an_invalid_bundle().model_copy(update={"problems": [problem]})
    record = excluded(bundle)
    assert (record.kind, record.problems) == ("invalid", [problem])
    assert record.reason == f"invalid: {bundle.invalid_reason}"


def test_the_problems_of_a_record_are_not_those_of_the_bundle_to_change() -> None:
    bundle = an_invalid_bundle()
    excluded(bundle).problems.append(Problem(document=None, pointer="", type="t", message="m"))
    assert bundle.problems == []


def test_an_incompatible_bundle_is_excluded_with_a_problem_for_each_mismatch() -> None:
    record = excluded(a_bundle(label_set=["Build", "Write"]), schema_hash="other")
    assert record.kind == "incompatible"
    assert [(p.document, p.pointer, p.type, p.message) for p in record.problems] == [
        (
            "metadata.json",
            "/schema_hash",
            "schema_hash_mismatch",
            "schema_hash mismatch (required 'other', found '4077c2e1')",
        ),
        (
            "metadata.json",
            "/label_set",
            "label_set_mismatch",
            "label_set mismatch (missing 'Debug'; unexpected 'Write')",
        ),
    ]
    messages = "; ".join(problem.message for problem in record.problems)
    assert record.reason == f"incompatible: {messages}"


def test_a_bundle_that_fails_gates_is_excluded_with_a_problem_for_each() -> None:
    policy = SelectionPolicy(version=2, min_samples=200, min_macro_f1=0.9)
    record = excluded(a_bundle(), policy)
    assert record.kind == "constraint"
    assert [problem.type for problem in record.problems] == ["min_macro_f1", "min_samples"]
    assert record.reason == "constraint: macro_f1 0.870 < 0.900; samples 100 < 200"


def test_the_reason_stays_printable_and_short_whatever_the_labels() -> None:
    labels = [f"{number:04}" + "\u202e" * 10_000 for number in range(100)]
    gates: dict[str, Any] = {"min_recall": dict.fromkeys(labels, 1.0)}
    record = excluded(a_bundle(), SelectionPolicy(version=2, **gates))
    assert len(record.problems) == 100
    assert record.reason.isprintable()
    assert record.reason.endswith("; and 80 more")
    assert len(record.reason) < 2000


@pytest.mark.parametrize("gap", [1, 12])
def test_a_mismatch_shows_as_much_of_two_hashes_as_tells_them_apart(gap: int) -> None:
    found, required = "a" * gap + "b" * 88, "a" * gap + "c" * 88
    [problem] = excluded(a_bundle(schema_hash=found), schema_hash=required).problems
    shown = 15 if gap == 1 else 80
    assert len(problem.message) == len("schema_hash mismatch (required , found )") + 2 * shown
