import tomllib
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from strategies import a_bundle, an_invalid_bundle, instants

from taskclf.model_registry import (
    ExclusionRecord,
    ModelBundle,
    SelectionPolicy,
    SelectionReport,
    score,
)
from taskclf.model_registry.selection import rank

POLICY = SelectionPolicy()
POLICY_2 = """
version = 2
require_consistent_metrics = true
min_macro_f1 = 0.8
min_class_recall = 1
min_samples = 200
data_provenance = ["real", "mixed"]

[min_precision]
Build = 0.95
Debug = 1
"""

few_scores = st.sampled_from([0.0, -0.0, 0.5, 1.0])
rivals = st.lists(
    st.builds(
        a_bundle,
        st.text("ab", min_size=1, max_size=3),
        macro_f1=few_scores,
        weighted_f1=few_scores,
        created_at=instants
        | st.just("2026-02-26T12:00:00Z")
        | st.just("2026-02-26T14:00:00+02:00"),
    ),
    max_size=5,
    unique_by=lambda bundle: bundle.model_id,
)


def ids(bundles: list[ModelBundle]) -> list[str]:
    return [bundle.model_id for bundle in bundles]


class TestScore:
    def test_score_is_macro_f1_then_weighted_f1_then_the_instant_of_creation(self) -> None:
        bundle = a_bundle(macro_f1=0.7, weighted_f1=0.8)
        assert score(bundle, POLICY) == (0.7, 0.8, bundle.created_at)

    @pytest.mark.parametrize(
        ("worse", "better"),
        [
            ({"macro_f1": 0.7, "weighted_f1": 0.9}, {"macro_f1": 0.8, "weighted_f1": 0.1}),
            ({"weighted_f1": 0.7}, {"weighted_f1": 0.8}),
            ({"created_at": "2026-02-26T12:00:00Z"}, {"created_at": "2026-02-26T12:00:01Z"}),
            # An hour later by the clock on the wall, and yet an hour earlier.
            (
                {"created_at": "2026-02-26T13:00:00+02:00"},
                {"created_at": "2026-02-26T12:00:00+00:00"},
            ),
        ],
    )
    def test_a_greater_score_is_better(self, worse: Any, better: Any) -> None:
        assert score(a_bundle(**worse), POLICY) < score(a_bundle(**better), POLICY)

    def test_an_invalid_bundle_has_no_score(self) -> None:
        with pytest.raises(ValueError, match="Cannot score invalid bundle 'broken': missing meta"):
            score(an_invalid_bundle(), POLICY)


class TestRank:
    @given(rivals)
    def test_ranking_is_a_total_order_whatever_the_order_of_arrival(
        self, bundles: list[ModelBundle]
    ) -> None:
        expected = rank(bundles, POLICY)
        for arrival in permutations(bundles):
            assert ids(rank(arrival, POLICY)) == ids(expected)

    @given(rivals)
    def test_each_bundle_scores_more_than_the_next_or_comes_before_it_by_id(
        self, bundles: list[ModelBundle]
    ) -> None:
        ranked = rank(bundles, POLICY)
        for better, worse in pairwise(ranked):
            higher, lower = score(better, POLICY), score(worse, POLICY)
            assert higher > lower or (higher == lower and better.model_id < worse.model_id)

    def test_of_equal_instants_in_different_offsets_the_smaller_id_comes_first(self) -> None:
        west = a_bundle("b", created_at="2026-02-26T07:00:00-05:00")
        east = a_bundle("a", created_at="2026-02-26T14:00:00+02:00")
        assert ids(rank([west, east], POLICY)) == ["a", "b"]


class TestSelectionPolicy:
    def test_the_version_is_1_when_nothing_is_said(self) -> None:
        assert SelectionPolicy.model_validate_json("{}").version == 1

    @pytest.mark.parametrize("version", [0, 3, 99, True, "1", 1.5, None])
    def test_an_unknown_version_is_an_error_that_names_the_known(self, version: Any) -> None:
        with pytest.raises(ValidationError, match="Unknown policy version; expected 1 or 2"):
            SelectionPolicy(version=version)

    def test_a_typing_mistake_is_an_error(self) -> None:
        with pytest.raises(ValidationError, match="verison\n  Extra inputs are not permitted"):
            SelectionPolicy.model_validate_json('{"verison": 1}')

    def test_a_policy_can_be_written_in_toml(self) -> None:
        policy = SelectionPolicy.model_validate(tomllib.loads(POLICY_2))
        assert policy == SelectionPolicy(
            version=2,
            require_consistent_metrics=True,
            min_macro_f1=0.8,
            min_class_recall=1,
            min_samples=200,
            data_provenance=["real", "mixed"],
            min_precision={"Build": 0.95, "Debug": 1},
        )
        assert SelectionPolicy.model_validate_json(policy.model_dump_json()) == policy

    @pytest.mark.parametrize(
        ("gate", "value"),
        [
            ("require_consistent_metrics", True),
            ("min_macro_f1", 0.0),
            ("min_precision", {}),
            ("min_samples", 0),
            ("data_provenance", ["real"]),
        ],
    )
    def test_a_gate_in_version_1_is_an_error_that_names_field_and_remedy(
        self, gate: str, value: Any
    ) -> None:
        with pytest.raises(ValidationError) as caught:
            SelectionPolicy.model_validate({gate: value})
        [error] = caught.value.errors()
        assert (error["loc"], error["type"]) == ((gate,), "gate_in_version_1")
        assert "set version to 2, or remove the gate" in error["msg"]

    def test_a_version_1_policy_survives_json_with_its_unset_gates(self) -> None:
        assert SelectionPolicy.model_validate_json(POLICY.model_dump_json()) == POLICY

    @pytest.mark.parametrize(
        ("gates", "place"),
        [
            ({"min_macro_f1": 1.01}, ("min_macro_f1",)),
            ({"min_macro_f1": True}, ("min_macro_f1",)),
            ({"min_class_recall": -0.1}, ("min_class_recall",)),
            ({"min_weighted_f1": float("nan")}, ("min_weighted_f1",)),
            ({"min_precision": {"Build": 2}}, ("min_precision", "Build")),
            ({"min_recall": {"": 0.5}}, ("min_recall", "", "[key]")),
            ({"min_samples": -1}, ("min_samples",)),
            ({"min_class_support": 1.5}, ("min_class_support",)),
            ({"data_provenance": ["guessed"]}, ("data_provenance", 0)),
            ({"data_provenance": []}, ("data_provenance",)),
            ({"require_consistent_metrics": 1}, ("require_consistent_metrics",)),
        ],
    )
    def test_a_gate_out_of_its_range_is_an_error_at_its_place(
        self, gates: dict[str, Any], place: tuple[str | int, ...]
    ) -> None:
        with pytest.raises(ValidationError) as caught:
            SelectionPolicy.model_validate({"version": 2, **gates})
        assert [error["loc"] for error in caught.value.errors()] == [place]


@pytest.mark.parametrize("reason", ["", "missing metrics.json", "Invalid: x"])
def test_an_exclusion_says_of_which_kind_it_is(reason: str) -> None:
    with pytest.raises(ValidationError, match="reason"):
        ExclusionRecord(model_id="x", path=Path("/models/x"), reason=reason)


class TestSelectionReport:
    first = a_bundle("first", macro_f1=0.9)
    second = a_bundle("second", macro_f1=0.8)
    out = tuple(
        ExclusionRecord(model_id=name, path=Path("/models") / name, reason="invalid: x")
        for name in ("out", "over")
    )

    def report(self, **changes: Any) -> SelectionReport:
        fields = {
            "best": self.first,
            "ranked": [self.first, self.second],
            "excluded": list(self.out),
            "policy": POLICY,
            "required_schema_hash": "4077c2e1",
            "required_label_set": ["Build", "Debug"],
        }
        return SelectionReport(**fields | changes)

    def test_a_report_survives_json(self) -> None:
        report = self.report()
        assert SelectionReport.model_validate_json(report.model_dump_json()) == report

    @pytest.mark.parametrize(
        ("changes", "place", "code"),
        [
            ({"best": second}, ("best",), "best_not_first"),
            ({"best": None}, ("best",), "best_not_first"),
            ({"ranked": []}, ("best",), "best_not_first"),
            ({"ranked": [second, first], "best": second}, ("ranked",), "not_in_order"),
            ({"excluded": [*reversed(out)]}, ("excluded",), "not_in_order"),
            ({"required_label_set": ["b", "a"]}, ("required_label_set",), "not_in_order"),
            ({"required_label_set": ["a", "a"]}, ("required_label_set",), "not_in_order"),
            ({"ranked": [first, first]}, (), "not_one_decision"),
            (
                {"excluded": [ExclusionRecord(
                    model_id="second", path=Path("/x"), reason="constraint: x"
                )]},
                (),
                "not_one_decision",
            ),
        ],
    )  # fmt: skip
    def test_a_report_cannot_contradict_itself(
        self, changes: dict[str, Any], place: tuple[str, ...], code: str
    ) -> None:
        with pytest.raises(ValidationError) as caught:
            self.report(**changes)
        assert [(e["loc"], e["type"]) for e in caught.value.errors()] == [(place, code)]

    @pytest.mark.parametrize("gate", ["min_precision", "min_recall"])
    def test_a_gate_is_for_a_label_that_was_required(self, gate: str) -> None:
        policy = SelectionPolicy.model_validate({"version": 2, gate: {"Build": 0.5, "{x}\n": 0.5}})
        with pytest.raises(ValidationError) as caught:
            self.report(policy=policy)
        [error] = caught.value.errors()
        assert (error["loc"], error["type"]) == (("policy", gate), "gate_of_other_label")
        assert error["msg"] == r"Gate for '{x}\n', which is not in required_label_set"

    def test_an_invalid_bundle_cannot_be_ranked(self) -> None:
        with pytest.raises(ValidationError, match="Cannot score invalid bundle 'broken'"):
            self.report(ranked=[self.first, an_invalid_bundle()])

    def test_repr_shows_the_best_and_not_every_bundle(self) -> None:
        shown = repr(self.report())
        assert "'first'" in shown
        assert "'second'" not in shown
