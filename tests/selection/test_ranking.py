from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import a_bundle, an_invalid_bundle, instants

from taskclf.model_registry import ModelBundle, SelectionPolicy, score
from taskclf.model_registry.selection.ranking import rank

POLICY = SelectionPolicy()

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
