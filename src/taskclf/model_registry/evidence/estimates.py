"""Macro F1, and F1 and recall of each class, with what their limits need."""

from collections.abc import Sequence
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
    f1 = _f1(metrics, scores)
    return Estimates(_macro_f1(metrics, f1, scores), f1, _recall(metrics, scores))


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
    return _macro_f1(metrics, _f1(metrics, scores), scores)


def _macro_f1(metrics: BundleMetrics, f1: Sequence[Estimate], scores: Scores) -> Estimate:
    size = len(f1)
    slopes = [
        _ratio(estimate.value, support + predicted)
        for estimate, support, predicted in zip(f1, scores.support, scores.predicted, strict=True)
    ]
    # No term is negative, so none cancels another.
    variances = [estimate.variance for estimate in f1]
    for index, (row, slope) in enumerate(zip(metrics.confusion_matrix, slopes, strict=True)):
        missed = row.copy()
        missed[index] = 0
        variances.append(2 * slope * fsum(map(mul, missed, slopes)))
    return Estimate(
        value=scores.macro_f1,
        variance=fsum(variances) / size**2,
        cost=sum(sorted(estimate.cost for estimate in f1)[-2:]) / size,
        gain=max(estimate.gain for estimate in f1) / size,
        gain_variance=fsum(estimate.gain_variance for estimate in f1) / size**2,
        unknown=sum(estimate.unknown for estimate in f1) / size,
    )


def _f1(metrics: BundleMetrics, scores: Scores) -> list[Estimate]:
    estimates = []
    alone = len(scores.f1) == 1
    for index, (f1, support, predicted) in enumerate(
        zip(scores.f1, scores.support, scores.predicted, strict=True)
    ):
        total, hits = support + predicted, metrics.confusion_matrix[index][index]
        errors = total - 2 * hits
        loss = _ratio(errors, total)
        gain = 2 * loss / (total + 2) if support else 0.0
        estimates.append(
            Estimate(
                value=f1,
                variance=hits * (2 * _ratio(loss, total)) ** 2 + errors * _ratio(f1, total) ** 2,
                cost=0.0 if alone else f1 / (total + 1),
                gain=gain,
                gain_variance=gain**2,
                unknown=0.0 if support else 1.0,
            )
        )
    return estimates


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
