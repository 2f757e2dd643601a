from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from sklearn.metrics import precision_recall_fscore_support
from strategies import a_metadata, a_metrics
from strategies import metrics as any_metrics

from taskclf.model_registry import BundleMetrics
from taskclf.model_registry.evidence import (
    Difference,
    Evidence,
    Interval,
    evidence_from,
    inconsistencies,
    macro_f1_difference,
)

Z_95 = 1.959963984540054
BIG = 2**53 - 1
ANYTHING = Interval(low=0, high=1)


def of(matrix: Any) -> Evidence:
    """Return the evidence of a matrix, whose labels have no meaning."""
    rows = [[int(cell) for cell in row] for row in matrix]
    names = [str(index) for index in range(len(rows))]
    return evidence_from(
        BundleMetrics(macro_f1=0, weighted_f1=0, label_names=names, confusion_matrix=rows)
    )


def standard_error(matrix: Any) -> float:
    error = of(matrix).macro_f1_standard_error
    assert error is not None
    return error


def random_matrices(number: int) -> list[Any]:
    """Return matrices of 1 to 9 classes, some without samples, some classes always right."""
    random = np.random.default_rng(20260226)
    matrices: list[Any] = []
    while len(matrices) < number:
        size = int(random.integers(1, 10))
        matrix = random.poisson(random.gamma(0.5, 4, (size, size)))
        matrix += np.diag(random.integers(0, 60, size))
        for nobody in random.integers(0, size, random.integers(0, 2)):
            matrix[nobody] = 0
            matrix[:, nobody] *= random.integers(0, 2)
        if matrix.sum():
            matrices.append(matrix)
    return matrices


MATRICES = random_matrices(300)


def macro_f1(cells: Any) -> Any:
    """Return macro F1 by definition, for real and complex cells."""
    totals = cells.sum(axis=0) + cells.sum(axis=1)
    seen = totals.real > 0
    return (2 * np.diag(cells)[seen] / totals[seen]).sum() / len(cells)


def delta_method(matrix: Any) -> float:
    """Return the standard error by the delta method as the textbook has it.

    The gradient of macro F1 in the shares of the cells, by complex steps, and the whole covariance
    matrix of a multinomial sample: no formula is shared with the package.
    """
    samples = matrix.sum()
    shares = (matrix / samples).astype(complex)
    gradient = np.empty(matrix.size)
    for index in range(matrix.size):
        moved = shares.copy()
        moved.flat[index] += 1e-30j
        gradient[index] = macro_f1(moved).imag / 1e-30
    flat = shares.real.ravel()
    gradient[flat == 0] = 0  # Nothing moves there; and a class without samples has no slope.
    variance = gradient @ (np.diag(flat) - np.outer(flat, flat)) @ gradient / samples
    return float(np.sqrt(max(0.0, variance)))


def published_formula(matrix: Any) -> float:
    """Return the standard error as section 3.2 of Takahashi et al. (2022) prints the variance."""
    samples, size = matrix.sum(), len(matrix)
    p = matrix.T / samples  # There, rows are predictions.
    totals = p.sum(axis=0) + p.sum(axis=1)
    hits = np.diag(p)
    f1 = 2 * hits / totals
    gaps = totals - 2 * hits
    own = (f1 * gaps / totals**2 * (gaps / totals + f1 / 2)).sum()
    pairs = sum(
        p[i, j] * f1[i] * f1[j] / (totals[i] * totals[j])
        for i in range(size)
        for j in range(size)
        if i != j
    )
    return float(np.sqrt(2 * (own + pairs) / samples) / size)


class TestEvidence:
    @pytest.mark.parametrize("matrix", MATRICES[:100])
    def test_scores_are_those_of_scikit_learn_on_the_samples_one_by_one(self, matrix: Any) -> None:
        size = len(matrix)
        cells = [(i, j) for i in range(size) for j in range(size) for _ in range(matrix[i, j])]
        true, predicted = zip(*cells, strict=True)
        arguments: dict[str, Any] = {"labels": range(size), "zero_division": 0}
        by_class = precision_recall_fscore_support(true, predicted, **arguments)
        macro = precision_recall_fscore_support(true, predicted, average="macro", **arguments)
        weighted = precision_recall_fscore_support(true, predicted, average="weighted", **arguments)

        evidence = of(matrix)

        close: Callable[[Any], Any] = lambda value: pytest.approx(value, rel=0, abs=1e-12)  # noqa: E731
        assert [c.precision for c in evidence.classes] == close(by_class[0])
        assert [c.recall for c in evidence.classes] == close(by_class[1])
        assert [c.f1 for c in evidence.classes] == close(by_class[2])
        assert [c.support for c in evidence.classes] == list(by_class[3])
        assert [c.predicted for c in evidence.classes] == list(matrix.sum(axis=0))
        assert evidence.macro_f1 == close(macro[2])
        assert evidence.weighted_f1 == close(weighted[2])
        assert evidence.samples == len(true)

    def test_classes_are_named_in_the_order_of_the_matrix(self) -> None:
        evidence = evidence_from(a_metrics(label_names=["Debug", "Build"]))
        assert [(c.label, c.support) for c in evidence.classes] == [("Debug", 47), ("Build", 53)]

    @pytest.mark.parametrize("size", [1, 2, 9])
    def test_a_matrix_of_zeros_has_scores_of_zero_that_may_be_anything(self, size: int) -> None:
        evidence = of(np.zeros((size, size)))
        assert (evidence.samples, evidence.macro_f1, evidence.weighted_f1) == (0, 0, 0)
        assert evidence.macro_f1_standard_error is None
        assert evidence.macro_f1_interval == ANYTHING
        assert all(c.f1_interval == c.recall_interval == ANYTHING for c in evidence.classes)

    def test_one_class_is_always_right(self) -> None:
        evidence = of([[7]])
        [only] = evidence.classes
        assert (evidence.macro_f1, evidence.weighted_f1) == (1, 1)
        assert evidence.macro_f1_interval == Interval(low=1, high=1)
        assert only.f1_interval == only.recall_interval == Interval(low=1, high=1)

    def test_a_class_without_samples_counts_as_zero_in_macro_f1_alone(self) -> None:
        evidence = of([[5, 0], [0, 0]])
        assert (evidence.macro_f1, evidence.weighted_f1) == (0.5, 1)

    def test_counts_of_2_53_neither_overflow_nor_lose_their_ratio(self) -> None:
        large, small = of([[BIG, BIG], [BIG, BIG]]), of([[1, 1], [1, 1]])
        assert large.samples == 4 * BIG
        assert (large.macro_f1, large.weighted_f1) == (small.macro_f1, small.weighted_f1)
        assert standard_error([[BIG, BIG], [BIG, BIG]]) == pytest.approx(
            standard_error([[1, 1], [1, 1]]) / BIG**0.5, rel=1e-12
        )

    @given(any_metrics())
    def test_every_share_lies_between_0_and_1_whatever_the_counts(
        self, metrics: BundleMetrics
    ) -> None:
        evidence = evidence_from(metrics)
        shares = [evidence.macro_f1, evidence.weighted_f1]
        for c in evidence.classes:
            shares += [c.precision, c.recall, c.f1]
        assert all(0 <= share <= 1 for share in shares)

    @given(any_metrics())
    def test_evidence_survives_json(self, metrics: BundleMetrics) -> None:
        evidence = evidence_from(metrics)
        assert Evidence.model_validate_json(evidence.model_dump_json()) == evidence


class TestStandardError:
    @pytest.mark.parametrize("matrix", MATRICES)
    def test_it_is_the_delta_method_of_the_textbook(self, matrix: Any) -> None:
        assert standard_error(matrix) == pytest.approx(delta_method(matrix), rel=0, abs=1e-9)

    @pytest.mark.parametrize("matrix", [m for m in MATRICES if (m.sum(0) + m.sum(1)).all()])
    def test_it_is_the_published_formula(self, matrix: Any) -> None:
        assert standard_error(matrix) == pytest.approx(published_formula(matrix), rel=0, abs=1e-12)

    def test_rows_and_columns_may_change_places(self) -> None:
        for matrix in MATRICES[:20]:
            assert standard_error(matrix.T) == pytest.approx(standard_error(matrix), abs=1e-15)

    def test_it_falls_with_the_square_root_of_the_number_of_samples(self) -> None:
        for matrix in MATRICES[:20]:
            assert standard_error(100 * matrix) == pytest.approx(standard_error(matrix) / 10)


def intervals(evidence: Evidence) -> list[tuple[float, Interval]]:
    """Return every score that has an interval, and the interval."""
    pairs = [(evidence.macro_f1, evidence.macro_f1_interval)]
    for c in evidence.classes:
        pairs += [(c.f1, c.f1_interval), (c.recall, c.recall_interval)]
    return pairs


class TestIntervals:
    @given(any_metrics())
    def test_they_lie_within_0_and_1_around_the_score_and_are_never_of_width_zero(
        self, metrics: BundleMetrics
    ) -> None:
        for score, interval in intervals(evidence_from(metrics)):
            assert 0 <= interval.low <= score <= interval.high <= 1
            assert interval.low < interval.high or len(metrics.label_names) == 1

    @pytest.mark.parametrize("size", [2, 100])
    def test_the_largest_counts_do_not_prove_a_score(self, size: int) -> None:
        right = BIG * np.eye(size, dtype=int)
        for matrix in (right, right[::-1], BIG - 0 * right):
            for _, interval in intervals(of(matrix)):
                assert interval.low < interval.high

    @pytest.mark.parametrize("samples", [50, 500, 5000])
    def test_without_an_error_the_lower_limit_is_nearly_that_of_clopper_and_pearson(
        self, samples: int
    ) -> None:
        low = of([[samples / 2, 0], [0, samples / 2]]).macro_f1_interval.low
        # Half of the exact interval's 5 % lies above 0.025^(1/n), when no error was seen.
        assert 1 - low == pytest.approx(1 - 0.025 ** (1 / samples), rel=0.05)

    def test_with_many_errors_they_become_those_of_the_standard_error(self) -> None:
        matrix = np.array([[300, 10, 20], [5, 400, 15], [10, 10, 230]])
        for times, wider in ((1, 1.038), (100, 1.0036), (10000, 1.0004)):
            interval = of(times * matrix).macro_f1_interval
            usual = 2 * Z_95 * standard_error(times * matrix)
            assert (interval.high - interval.low) / usual == pytest.approx(wider, rel=5e-4)

    def test_more_samples_of_the_same_shares_make_them_shorter(self) -> None:
        for matrix in MATRICES:
            if len(matrix) > 1:
                widths = [
                    interval.high - interval.low
                    for interval in (of(times * matrix).macro_f1_interval for times in (1, 2, 20))
                ]
                assert all(shorter < longer for longer, shorter in pairwise(widths))

    def test_a_class_without_samples_may_have_any_score(self) -> None:
        evidence = of([[50, 0, 0], [0, 50, 0], [0, 0, 0]])
        assert evidence.macro_f1 == pytest.approx(2 / 3)
        assert evidence.macro_f1_interval.low == pytest.approx(2 / 3, abs=0.03)
        assert evidence.macro_f1_interval.high == 1
        assert evidence.classes[2].f1_interval == evidence.classes[2].recall_interval == ANYTHING

    def test_a_class_without_samples_is_unknown_even_if_predicted(self) -> None:
        predicted = of([[50, 2], [0, 0]]).classes[1]
        assert (predicted.f1, predicted.f1_interval, predicted.recall_interval) == (
            0,
            ANYTHING,
            ANYTHING,
        )

    def test_one_more_error_hardly_ever_raises_a_lower_limit(self) -> None:
        random, changes = np.random.default_rng(6), list[float]()
        for matrix in MATRICES * 3:
            if len(matrix) > 1:
                worse = matrix.copy()
                worse[tuple(random.choice(len(matrix), 2, replace=False))] += 1
                changes.append(of(worse).macro_f1_interval.low - of(matrix).macro_f1_interval.low)
        assert np.mean(np.array(changes) > 0) < 0.03
        assert max(changes) < 0.03


def difference(first: Any, second: Any) -> Difference:
    return macro_f1_difference(of(first), of(second))


class TestDifference:
    def test_equal_models_cannot_be_told_apart(self) -> None:
        equal = difference([[45, 2], [3, 50]], [[45, 2], [3, 50]])
        assert equal.macro_f1 == 0
        assert equal.interval.low == -equal.interval.high
        assert not equal.distinguishable

    def test_each_limit_is_made_of_the_distances_on_its_own_side(self) -> None:
        one, other = of([[45, 2], [3, 50]]), of([[30, 17], [13, 40]])
        apart = macro_f1_difference(one, other)
        assert apart.macro_f1 == one.macro_f1 - other.macro_f1
        assert (apart.macro_f1 - apart.interval.low) ** 2 == pytest.approx(
            (one.macro_f1 - one.macro_f1_interval.low) ** 2
            + (other.macro_f1_interval.high - other.macro_f1) ** 2
        )
        assert (apart.interval.high - apart.macro_f1) ** 2 == pytest.approx(
            (one.macro_f1_interval.high - one.macro_f1) ** 2
            + (other.macro_f1 - other.macro_f1_interval.low) ** 2
        )

    @pytest.mark.parametrize(("times", "told"), [(1, False), (100, True)])
    def test_more_samples_tell_more(self, times: int, told: bool) -> None:  # noqa: FBT001 - data
        one, other = times * np.array([[45, 2], [3, 50]]), times * np.array([[44, 3], [4, 49]])
        for first, second in ((one, other), (other, one)):
            apart = difference(first, second)
            assert apart.distinguishable is told
            assert (apart.interval.low <= 0 <= apart.interval.high) is not told

    @given(any_metrics(), any_metrics())
    def test_the_interval_lies_around_the_difference_within_what_differences_can_be(
        self, one: BundleMetrics, other: BundleMetrics
    ) -> None:
        apart = macro_f1_difference(evidence_from(one), evidence_from(other))
        assert -1 <= apart.interval.low <= apart.macro_f1 <= apart.interval.high <= 1

    def test_the_interval_ends_where_differences_end(self) -> None:
        right, wrong = [[9, 0], [0, 9]], [[0, 9], [9, 0]]
        assert difference(right, wrong).interval.high == 1
        assert difference(wrong, right).interval.low == -1

    def test_two_samples_without_an_error_prove_little_and_a_thousand_much(self) -> None:
        for count, told in ((1, False), (500, True)):
            apart = difference([[count, 0], [0, count]], [[900, 100], [100, 900]])
            assert apart.distinguishable is told

    def test_from_a_model_without_samples_nothing_can_be_told_apart(self) -> None:
        for matrix in ([[BIG, 0], [0, BIG]], [[0, BIG], [BIG, 0]], [[0, 0], [0, 0]]):
            nothing = [[0, 0], [0, 0]]
            assert not difference(matrix, nothing).distinguishable
            assert not difference(nothing, matrix).distinguishable


class TestInconsistencies:
    # The matrix of an ordinary document gives 0.949875 and 0.949975.
    def found(self, labels: Any = ("Build", "Debug"), **changes: Any) -> list[tuple[str, str]]:
        metrics = a_metrics(**{"macro_f1": 0.9499, "weighted_f1": 0.95} | changes)
        findings = inconsistencies(metrics, a_metadata(label_set=list(labels)))
        assert {finding.document for finding in findings} <= {"metrics.json"}
        assert all(finding.message.isprintable() for finding in findings)
        return [(finding.pointer, finding.type) for finding in findings]

    def test_scores_rounded_to_four_digits_agree(self) -> None:
        assert self.found() == []

    @pytest.mark.parametrize("field", ["macro_f1", "weighted_f1"])
    def test_a_score_further_off_does_not_follow_from_the_matrix(self, field: str) -> None:
        assert self.found(**{field: 0.9498}) == [(f"/{field}", f"{field}_inconsistent")]

    def test_a_score_without_samples_does_not_follow(self) -> None:
        found = self.found(confusion_matrix=[[0, 0], [0, 0]], weighted_f1=0)
        assert found == [("/macro_f1", "macro_f1_inconsistent")]

    @pytest.mark.parametrize("labels", [["Build"], ["Build", "Debug", "x"], ["Build", "x"]])
    def test_other_labels_than_the_label_set_are_found(self, labels: list[str]) -> None:
        assert self.found(labels) == [("/label_names", "label_names_inconsistent")]

    def test_the_message_has_both_sides_of_the_gap(self) -> None:
        [finding] = inconsistencies(a_metrics(weighted_f1=0.95), a_metadata())
        assert finding.message == (
            "Differs by 0.07987 from the confusion matrix, "
            "which gives 0.94987 for all of label_names with zero_division=0"
        )
