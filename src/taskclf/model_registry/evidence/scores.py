"""The scores that a confusion matrix gives, as scikit-learn defines them.

The arithmetic starts from integers, so counts of any size are safe.
"""

from math import fsum
from operator import add, mul
from typing import NamedTuple

from taskclf.model_registry.contract.documents import BundleMetrics


class Scores(NamedTuple):
    """The scores of `Evidence` in lists by class: a scan that applies gates needs no more."""

    samples: int
    support: list[int]
    predicted: list[int]
    precision: list[float]
    recall: list[float]
    f1: list[float]
    macro_f1: float
    weighted_f1: float


def scores_from(metrics: BundleMetrics) -> Scores:
    """Return the scores alone, as `evidence_from` has them."""
    rows = metrics.confusion_matrix
    hits = [row[index] for index, row in enumerate(rows)]
    support = [sum(row) for row in rows]
    predicted = list(map(sum, zip(*rows, strict=True)))
    totals = map(add, support, predicted)
    f1 = [_ratio(2 * hit, total) for hit, total in zip(hits, totals, strict=True)]
    samples = sum(support)
    return Scores(
        samples=samples,
        support=support,
        predicted=predicted,
        precision=list(map(_ratio, hits, predicted)),
        recall=list(map(_ratio, hits, support)),
        f1=f1,
        macro_f1=fsum(f1) / len(f1),
        # Rounding in the products could reach beyond 1.
        weighted_f1=min(1.0, _ratio(fsum(map(mul, support, f1)), samples)),
    )


def _ratio(part: float, whole: int) -> float:
    return part / whole if whole else 0.0
