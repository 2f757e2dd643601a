"""Who may be best, by an algorithm of k log k, is what comparing each with each gives."""

from math import hypot
from typing import Any

import numpy as np
import pytest
from strategies import a_metrics

from taskclf.model_registry.evidence.best import may_be_best
from taskclf.model_registry.evidence.estimates import macro_f1_estimate
from taskclf.model_registry.evidence.limits import Estimate, deviations_for, difference_limits

NOTHING = Estimate(value=0, variance=0, cost=0, gain=0, gain_variance=0, unknown=1)


def model(hits: int, samples: int) -> Estimate:
    """Return macro F1 of two balanced classes that are confused symmetrically."""
    errors = samples - hits
    return macro_f1_estimate(a_metrics(confusion_matrix=[[hits, errors], [errors, hits]]))


def by_comparing_each_with_each(models: list[Estimate]) -> list[bool]:
    z = deviations_for(max(1, len(models) - 1))
    return [not any(difference_limits(rival, one, z).low > 0 for rival in models) for one in models]


def random_models(random: Any) -> list[Estimate]:
    """Return models of like or unlike quality, evaluated on like or unlike test sets."""
    number = int(random.integers(1, 60))
    f1s = 1 - random.gamma(random.choice([0.3, 1, 30]), random.choice([0.001, 0.02, 0.1]), number)
    sizes = np.exp(random.uniform(1, random.choice([1.1, 6, 14]), number)).astype(int) + 1
    return [
        model(round(max(0.0, f1) * size), int(size)) for f1, size in zip(f1s, sizes, strict=True)
    ]


@pytest.mark.parametrize("seed", range(300))
def test_a_model_is_out_just_when_some_rival_clearly_leads_it(seed: int) -> None:
    models = random_models(np.random.default_rng(seed))
    assert may_be_best(models) == by_comparing_each_with_each(models)


def test_a_sure_rival_counts_beside_higher_ones_that_are_not() -> None:
    # The more samples, the lower the score: each model is best at excluding some lower ones.
    models = [
        model(round(size * (0.999 - 0.0045 * place)), size)
        for place, size in enumerate(np.geomspace(20, 10**7, 100).astype(int).tolist())
    ]
    inside = may_be_best(models)
    assert inside == by_comparing_each_with_each(models)
    assert 5 < sum(inside) < 95


def test_two_models_are_told_apart_as_by_their_interval() -> None:
    for hits in range(800, 1001):
        one, other = model(950, 1000), model(hits, 1000)
        apart = difference_limits(one, other)
        assert all(may_be_best([one, other])) is (apart.low <= 0 <= apart.high)


def test_a_difference_that_tells_two_apart_may_be_luck_among_a_hundred() -> None:
    best, other = model(970, 1000), model(953, 1000)
    assert may_be_best([best, other]) == [True, False]
    assert all(may_be_best([best] + 99 * [other]))


@pytest.mark.parametrize("number", [0, 1, 2, 7])
def test_equal_models_may_all_be_best(number: int) -> None:
    assert may_be_best([model(95, 100)] * number) == [True] * number


def test_a_model_without_samples_may_be_best_whatever_the_others() -> None:
    assert may_be_best([model(999_999, 1_000_000), NOTHING]) == [True, True]


def test_squared_distances_of_huge_test_sets_are_not_lost_in_rounding() -> None:
    size = 2**52
    step = int(3 * hypot(1, 1) * (0.1 * size) ** 0.5)
    models = [model(int(0.9 * size) - step * place, size) for place in range(8)]
    assert may_be_best(models) == by_comparing_each_with_each(models)
    assert may_be_best(models).count(True) < 4
