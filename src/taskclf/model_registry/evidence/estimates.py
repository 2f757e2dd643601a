"""Macro F1, and F1 and recall of each class, with what their limits need."""

from math import fsum
from operator import mul
from typing import NamedTuple

from taskclf.model_registry.contract.documents import BundleMetrics
from taskclf.model_registry.evidence.limits import Estimate
from taskclf.model_registry.evidence.scores import Scores, scores_from


class Estimates(NamedTuple):
    """All scores of one matrix that have limits; classes in the order of `label_names`."""

    macro_f1: Estimate
    f1: list[Estimate]
    recall: list[Estimate]


def estimates_from(metrics: BundleMetrics, scores: Scores | None = None) -> Estimates:
    """Return macro F1 and each class's F1 and recall, whose limits are then to be had at any z.

    Args:
        metrics: The document with the matrix.
        scores: What `scores_from(metrics)` returned, if it is at hand.
    """
    scores = scores or scores_from(metrics)
    terms = _f1_terms(metrics, scores)
    return Estimates(
        _macro_f1(metrics, scores, terms), _f1(scores, terms), _recall(metrics, scores)
    )


def macro_f1_estimate(metrics: BundleMetrics, scores: Scores | None = None) -> Estimate:
    """Return macro F1 alone: all that it takes to rank thousands of models.

    With h hits of a class, t = support + predicted, F1 = 2h / t, a = F1 / t, r classes and macro F1
    F, the variance comes from the delta method for a multinomial sample:

        V = 1/r² (Σ_i c_ii (2 (1 - F1_i) / t_i)² + Σ_i Σ_j≠i c_ij (a_i + a_j)²)

    One more error adds 1 to the t of two classes, one more hit adds 2 to the t of one:

        cost     = 1/r (the sum of the two largest F1_i / (t_i + 1)), and 0 for a single class
        gain_i   = 1/r 2 (1 - F1_i) / (t_i + 2), and 0 for a class without samples
        unknown  = 1/r (the number of classes without samples)

    Args:
        metrics: The document with the matrix.
        scores: What `scores_from(metrics)` returned, if it is at hand.
    """
    scores = scores or scores_from(metrics)
    return _macro_f1(metrics, scores, _f1_terms(metrics, scores))


class _Terms(NamedTuple):
    """What the limits of each class's F1 need, in lists by class: thousands of models have them."""

    slopes: list[float]
    """F1 / t."""

    variances: list[float]
    costs: list[float]
    gains: list[float]


def _f1_terms(metrics: BundleMetrics, scores: Scores) -> _Terms:
    terms = _Terms([], [], [], [])
    slopes, variances, costs, gains = terms
    alone = len(scores.f1) == 1
    for index, (f1, support, predicted) in enumerate(
        zip(scores.f1, scores.support, scores.predicted, strict=True)
    ):
        hits = metrics.confusion_matrix[index][index]
        errors = support + predicted - 2 * hits
        total = support + predicted or 1  # Where it is 0, so is all that is divided by it.
        loss, slope = errors / total, f1 / total
        slopes.append(slope)
        variances.append(hits * (2 * loss / total) ** 2 + errors * slope**2)
        costs.append(0.0 if alone else f1 / (total + 1))
        gains.append(2 * loss / (total + 2) if support else 0.0)
    return terms


def _macro_f1(metrics: BundleMetrics, scores: Scores, terms: _Terms) -> Estimate:
    slopes, variances, costs, gains = terms
    size = len(slopes)
    # No term is negative, so none cancels another.
    confused: list[float] = []
    for index, (row, slope) in enumerate(zip(metrics.confusion_matrix, slopes, strict=True)):
        missed = row.copy()
        missed[index] = 0
        confused.append(2 * slope * fsum(map(mul, missed, slopes)))
    return Estimate(
        value=scores.macro_f1,
        variance=fsum(variances + confused) / size**2,
        cost=sum(sorted(costs)[-2:]) / size,
        gain=max(gains) / size,
        gain_variance=fsum([gain**2 for gain in gains]) / size**2,
        unknown=scores.support.count(0) / size,
    )


def _f1(scores: Scores, terms: _Terms) -> list[Estimate]:
    return [
        Estimate(
            value=f1,
            variance=variance,
            cost=cost,
            gain=gain,
            gain_variance=gain**2,
            unknown=0.0 if support else 1.0,
        )
        for f1, support, _, variance, cost, gain in zip(
            scores.f1, scores.support, *terms, strict=True
        )
    ]


def _recall(metrics: BundleMetrics, scores: Scores) -> list[Estimate]:
    estimates = []
    alone = len(scores.recall) == 1
    for index, (recall, support) in enumerate(zip(scores.recall, scores.support, strict=True)):
        hits = metrics.confusion_matrix[index][index]
        missed = _ratio(support - hits, support)
        gain = missed / (support + 1)
        estimates.append(
            Estimate(
                value=recall,
                variance=_ratio(recall * missed, support),
                cost=0.0 if alone else recall / (support + 1),
                gain=gain,
                gain_variance=gain**2,
                unknown=0.0 if support else 1.0,
            )
        )
    return estimates


def _ratio(part: float, whole: int) -> float:
    return part / whole if whole else 0.0
