from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import a_bundle, an_invalid_bundle

from taskclf.model_registry import ModelBundle, read_bundle
from taskclf.model_registry.compare import Comparison, compare

EXAMPLES = Path(__file__).parents[1] / "examples" / "models"
ABC = {"label_set": ["A", "B", "C"], "label_names": ["A", "B", "C"]}


def example(name: str) -> ModelBundle:
    return read_bundle(EXAMPLES / f"digits-{name}")


def compared(after: Any, before: Any, **options: float) -> Comparison:
    labels = [f"L{index}" for index in range(len(after))]
    candidate, incumbent = (
        a_bundle(name, label_set=labels, label_names=labels, confusion_matrix=matrix)
        for name, matrix in (("new", after), ("old", before))
    )
    return compare(candidate, incumbent, **options)


# Over all clearly better, but C was lost to A: 36 of its 40 samples were found, now 20.
GAINED = [[480, 20, 0], [20, 480, 0], [20, 0, 20]]
BEFORE = [[300, 200, 0], [200, 300, 0], [4, 0, 36]]


class TestExamples:
    def test_two_models_that_hardly_differ_cannot_be_told_apart(self) -> None:
        found = compare(example("svm-c10"), example("svm-c1"))
        assert (found.candidate, found.incumbent) == ("digits-svm-c10", "digits-svm-c1")
        assert found.verdict == "cannot tell"
        assert not found.not_worse
        assert found.reason == (
            "Too close to call: macro F1 +0.00002, 95 % interval −0.0104 to +0.0104."
        )
        assert not any(one.worse for one in found.classes)
        assert found.same_samples

    def test_a_margin_beyond_the_interval_makes_such_a_model_not_worse(self) -> None:
        assert not compare(example("svm-c10"), example("svm-c1"), margin=0.01).not_worse
        assert compare(example("svm-c10"), example("svm-c1"), margin=0.0105).not_worse

    def test_a_worse_model_is_worse_and_the_classes_are_named_worst_first(self) -> None:
        found = compare(example("naive-bayes"), example("svm-c1"))
        assert found.verdict == "worse"
        assert found.reason == (
            "Worse: macro F1 −0.1015, 95 % interval −0.1268 to −0.0783; "
            "clearly worse at '8', '9', '1', and 3 more."
        )
        worse = {one.label for one in found.classes if one.worse}
        assert worse == {"1", "2", "3", "7", "8", "9"}

    def test_the_other_way_round_the_numbers_are_the_same_with_the_other_sign(self) -> None:
        there = compare(example("naive-bayes"), example("svm-c1"))
        back = compare(example("svm-c1"), example("naive-bayes"))
        assert (back.verdict, back.not_worse) == ("better", True)
        assert back.macro_f1.macro_f1 == -there.macro_f1.macro_f1
        assert back.macro_f1.interval.low == pytest.approx(-there.macro_f1.interval.high)
        assert back.reason.endswith("and no class is clearly worse.")

    def test_what_differs_in_the_metadata_is_listed_params_key_by_key(self) -> None:
        changed = compare(example("naive-bayes"), example("svm-c1")).changed
        assert [(c.pointer, c.before, c.after) for c in changed] == [
            ("/params/estimator", "SVC", "GaussianNB"),
            ("/params/C", 1.0, None),
            ("/params/gamma", 0.001, None),
            ("/params/var_smoothing", None, 0.001),
            ("/created_at", "2025-11-06T11:30:00+05:30", "2025-11-03T09:05:00Z"),
        ]


def test_a_model_that_is_better_over_all_is_worse_if_a_class_is_lost() -> None:
    found = compared(GAINED, BEFORE)
    assert found.macro_f1.interval.low > 0
    assert (found.verdict, found.not_worse) == ("worse", False)
    assert [one.label for one in found.classes if one.worse] == ["L2"]
    assert found.reason == (
        "Worse at 'L2', though over all macro F1 +0.1410, 95 % interval +0.0780 to +0.1996."
    )
    [_, _, lost] = found.classes
    assert (lost.recall.candidate, lost.recall.incumbent) == (0.5, 0.9)
    assert lost.recall.difference == pytest.approx(-0.4)
    assert lost.recall.interval.high < 0


def test_the_worst_class_is_named_first_be_it_by_recall_or_by_f1() -> None:
    # L0 lost most recall though its F1 rose, since nothing else is taken for it any more.
    found = compared(
        [[70, 0, 30], [0, 240, 60], [0, 0, 900]], [[99, 0, 1], [0, 300, 0], [60, 0, 840]]
    )
    assert found.classes[0].f1.difference > 0
    assert found.reason.startswith("Worse at 'L0', 'L1', though over all macro F1 ")


def test_a_new_build_of_the_same_name_in_another_directory_is_another_bundle() -> None:
    built = a_bundle("logreg").model_copy(update={"path": Path("/build/logreg")})
    found = compare(built, a_bundle("logreg"))
    assert (found.candidate, found.incumbent) == ("logreg", "logreg")


def test_worse_over_all_needs_no_class_to_be_clearly_worse() -> None:
    found = compared([[46, 8], [8, 46]], [[51, 3], [3, 51]])
    assert found.reason == "Worse: macro F1 −0.0926, 95 % interval −0.1833 to −0.0053."
    assert found.verdict == "worse"
    assert not any(one.worse for one in found.classes)


def test_the_order_of_labels_has_no_meaning() -> None:
    order = ["C", "A", "B"]
    shuffled = a_bundle(
        "new",
        label_set=order,
        label_names=order,
        confusion_matrix=[[20, 20, 0], [0, 480, 20], [0, 20, 480]],
    )
    incumbent = a_bundle("old", **ABC, confusion_matrix=BEFORE)
    plain = a_bundle("new", **ABC, confusion_matrix=GAINED)
    assert compare(shuffled, incumbent) == compare(plain, incumbent)
    other_way = compare(incumbent, shuffled)
    assert [one.label for one in other_way.classes] == order
    assert other_way.changed == []


def test_confusions_are_compared_as_shares_of_the_true_class() -> None:
    found = compared([[8, 2], [0, 20]], [[5, 5], [10, 30]])
    assert found.confusion_difference == [
        pytest.approx([0.3, -0.3]),
        pytest.approx([-0.25, 0.25]),
    ]
    assert [(one.candidate_support, one.incumbent_support) for one in found.classes] == [
        (10, 10),
        (20, 40),
    ]
    assert not found.same_samples


def test_a_class_that_was_not_evaluated_is_unknown_not_worse() -> None:
    found = compared([[50, 0], [0, 0]], [[50, 0], [0, 50]])
    [_, unknown] = found.classes
    assert (unknown.f1.candidate, unknown.f1.incumbent) == (0, 1)
    assert unknown.f1.interval.low == -1
    assert not unknown.worse
    assert found.verdict == "cannot tell"
    assert found.confusion_difference == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("after", "before", "whose"),
    [
        ([[0, 0], [0, 0]], [[50, 0], [0, 50]], "candidate"),
        ([[50, 0], [0, 50]], [[0, 0], [0, 0]], "incumbent"),
    ],
)
def test_without_samples_there_is_nothing_to_tell_by(after: Any, before: Any, whose: str) -> None:
    found = compared(after, before)
    assert found.verdict == "cannot tell"
    assert found.reason == f"No samples were evaluated for the {whose}."


def test_a_model_is_no_better_than_its_equal() -> None:
    found = compared(BEFORE, BEFORE)
    assert found.verdict == "cannot tell"
    assert found.reason.startswith("Too close to call: macro F1 +0.0000, 95 % interval −0.0")


def test_the_more_classes_are_looked_at_the_wider_are_their_intervals() -> None:
    few = compared([[40, 10], [0, 50]], [[45, 5], [0, 50]]).classes[0].recall.interval
    pad = [[0] * 2 + [50 * (i == j) for j in range(20)] for i in range(20)]
    many = [
        [[*row, *[0] * 20] for row in matrix] + pad
        for matrix in ([[40, 10], [0, 50]], [[45, 5], [0, 50]])
    ]
    more = compared(*many).classes[0].recall.interval
    assert more.low < few.low < few.high < more.high


def test_scores_that_the_matrix_contradicts_are_shown_beside_the_verdict() -> None:
    boasting = a_bundle("new", macro_f1=1.0)
    found = compare(boasting, a_bundle("old", macro_f1=0.9499, weighted_f1=0.95))
    assert found.candidate_macro_f1 == pytest.approx(0.9499, abs=1e-4)
    assert [problem.pointer for problem in found.candidate_inconsistencies] == [
        "/macro_f1",
        "/weighted_f1",
    ]
    assert found.incumbent_inconsistencies == []


def test_other_features_are_told_not_refused() -> None:
    found = compare(a_bundle("new", schema_hash="beef"), a_bundle("old"))
    assert [change.pointer for change in found.changed] == ["/schema_hash"]


@pytest.mark.parametrize(
    ("candidate", "incumbent", "message"),
    [
        (
            an_invalid_bundle("new"),
            a_bundle("old"),
            "'new' is invalid: missing metadata.json; missing metrics.json",
        ),
        (a_bundle("new"), an_invalid_bundle("old"), "'old' is invalid: missing metadata.json"),
        (
            a_bundle("new", label_set=["Build", "Write"]),
            a_bundle("old"),
            (
                r"'new' has another label_set than 'old' \(missing 'Debug'; unexpected 'Write'\); "
                "expected two models of the same labels"
            ),
        ),
        (
            a_bundle("new", label_names=["Build"], confusion_matrix=[[1]]),
            a_bundle("old"),
            r"'new' has another label_names than 'old' \(missing 'Debug'\)",
        ),
        (a_bundle("same"), a_bundle("same"), "Both bundles are '/models/same'; expected two"),
    ],
)
def test_what_cannot_be_compared_is_refused_by_name(
    candidate: ModelBundle, incumbent: ModelBundle, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        compare(candidate, incumbent)


@pytest.mark.parametrize("margin", [-0.1, 1.1, float("nan")])
def test_a_margin_is_a_share(margin: float) -> None:
    with pytest.raises(ValueError, match="margin should be from 0 to 1"):
        compare(a_bundle("new"), a_bundle("old"), margin=margin)


matrices = st.integers(1, 4).flatmap(
    lambda size: st.tuples(
        *[
            st.lists(
                st.lists(
                    st.integers(0, 3) | st.integers(0, 2**53 - 1), min_size=size, max_size=size
                ),
                min_size=size,
                max_size=size,
            )
        ]
        * 2
    )
)


@given(matrices)
def test_whatever_the_matrices_the_comparison_is_sound_and_survives_json(
    pair: tuple[list[list[int]], list[list[int]]],
) -> None:
    found = compared(*pair)
    assert Comparison.model_validate_json(found.model_dump_json()) == found
    low, high = found.macro_f1.interval.low, found.macro_f1.interval.high
    assert low <= found.macro_f1.macro_f1 <= high
    assert (found.verdict == "worse") == (high < 0 or any(one.worse for one in found.classes))
    assert (found.verdict == "better") == (low > 0 and not any(one.worse for one in found.classes))
    back = compared(pair[1], pair[0])
    assert not (found.verdict == back.verdict == "better")
    for row in found.confusion_difference:
        assert sum(row) == pytest.approx(0, abs=1e-9)
