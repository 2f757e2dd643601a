"""Limits at any confidence: the arithmetic beneath the intervals of the documents."""

from math import copysign
from statistics import NormalDist
from typing import Any

import pytest
from scipy import stats
from strategies import a_metrics

from taskclf.model_registry.evidence.estimates import (
    Estimates,
    estimates_from,
    macro_f1_estimate,
)
from taskclf.model_registry.evidence.limits import (
    Z_95,
    deviations,
    deviations_for,
    difference_limits,
    gamma_quantile,
)


def estimates(matrix: Any) -> Estimates:
    return estimates_from(a_metrics(confusion_matrix=matrix))


@pytest.mark.parametrize("events", [1, 3, 10, 100])
def test_the_gamma_quantile_is_close_to_the_exact_one_and_errs_outward(events: int) -> None:
    for z in (-4.5, -3, -Z_95, Z_95, 3, 4.5):
        exact = stats.gamma.ppf(stats.norm.cdf(z), events)
        found = 100 * gamma_quantile(0.01 * events, 0.0001 * events, z)
        assert found == pytest.approx(exact, rel=0.01 if abs(z) < 2 else 0.1, abs=0.04)
        assert copysign(found - exact, z * (found - exact)) > -0.006 * exact


def test_nothing_has_a_quantile_of_zero() -> None:
    assert gamma_quantile(0, 1, Z_95) == 0
    assert gamma_quantile(-0.1, 1, Z_95) == 0


@pytest.mark.parametrize("missed", [0, 1, 5, 20])
def test_limits_of_recall_are_those_of_a_rate_of_rare_misses(missed: int) -> None:
    support = 10_000
    low, high = estimates([[support - missed, missed], [0, 50]]).recall[0].limits()
    exact = stats.binomtest(missed, support).proportion_ci(method="exact")
    assert 1 - low == pytest.approx(exact.high, rel=0.03)
    # Clopper and Pearson leave out the one more hit, so their limit is somewhat further off.
    assert 1 - high == pytest.approx(exact.low, rel=0.05, abs=0.3 / support)


def test_limits_of_more_confidence_are_further_apart() -> None:
    estimate = estimates([[45, 2], [3, 50]]).macro_f1
    ends = [estimate.limits(z) for z in (1, Z_95, 3, 5)]
    assert sorted(low for low, _ in ends) == [low for low, _ in ends][::-1]
    assert sorted(high for _, high in ends) == [high for _, high in ends]


def test_macro_f1_alone_is_the_same_as_with_the_classes() -> None:
    metrics = a_metrics(confusion_matrix=[[45, 2], [3, 50]])
    assert macro_f1_estimate(metrics) == estimates_from(metrics).macro_f1


def test_a_class_without_samples_is_unknown_as_a_whole_and_gains_nothing_by_a_hit() -> None:
    found = estimates([[50, 2], [0, 0]])
    known, unknown = found.f1
    assert (unknown.unknown, unknown.gain, unknown.gain_variance) == (1, 0, 0)
    assert (found.macro_f1.unknown, found.macro_f1.gain) == (1 / 2, known.gain / 2)


def test_a_difference_has_limits_at_any_confidence() -> None:
    one, other = estimates([[45, 2], [3, 50]]), estimates([[30, 17], [13, 40]])
    low, high = difference_limits(one.recall[0], other.recall[0], 3)
    wide, usual = high - low, difference_limits(one.recall[0], other.recall[0])
    assert low < usual.low < one.recall[0].value - other.recall[0].value < usual.high < high
    assert wide < 1


@pytest.mark.parametrize("tail", [0.5, 0.3, 0.025, 1e-4, 1e-9, 1e-300])
def test_deviations_are_quantiles_of_the_normal_distribution(tail: float) -> None:
    assert deviations(tail) == pytest.approx(-NormalDist().inv_cdf(tail), rel=1e-12, abs=1e-12)


def test_limits_that_all_hold_together_are_further_out_the_more_there_are() -> None:
    assert deviations_for(1) == pytest.approx(Z_95, rel=1e-12)
    for looks in (2, 10, 100_000):
        each = NormalDist().cdf(deviations_for(looks))
        assert each**looks == pytest.approx(0.975, rel=1e-9)
