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
    totals = list(map(add, support, predicted))
    f1 = _ratios([2 * hit for hit in hits], totals)
    samples = sum(support)
    return Scores(
        samples=samples,
        support=support,
        predicted=predicted,
        precision=_ratios(hits, predicted),
        recall=_ratios(hits, support),
        f1=f1,
        macro_f1=fsum(f1) / len(f1),
        # Rounding in the products could reach beyond 1.
        weighted_f1=min(1.0, fsum(map(mul, support, f1)) / (samples or 1)),
    )


def _ratios(parts: list[int], wholes: list[int]) -> list[float]:
    return [part / (whole or 1) for part, whole in zip(parts, wholes, strict=True)]
