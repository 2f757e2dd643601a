"""What the confusion matrix proves: scores by class, and how far macro F1 can be trusted.

A reported F1 is one number. The matrix that it came from allows to check it, to break it down by
class, and to say how much of it is luck of the draw of test samples. Everything here is a pure
function of the documents; the arithmetic starts from integers, so counts of any size are safe.
"""

from collections.abc import Iterator
from math import fsum, hypot, sqrt
from operator import add, mul
from typing import NamedTuple

from pydantic import Field

from taskclf.model_registry.contract.base import ContractModel
from taskclf.model_registry.contract.documents import BundleMetrics, ModelMetadata
from taskclf.model_registry.contract.problem import Problem, problem_at

__all__ = [
    "ClassEvidence",
    "Difference",
    "Evidence",
    "Interval",
    "evidence_from",
    "inconsistencies",
    "macro_f1_difference",
]

Z_95 = 1.959963984540054
"""97.5 % quantile of the standard normal distribution: 95 % lie within ± this many deviations."""

_ROUNDING = 0.5e-4 + 1e-9
"""Half a unit of the fourth digit, and room for the producer's floating-point sums."""


class ClassEvidence(ContractModel):
    """One class in the evaluation; a quotient whose denominator is zero is 0."""

    label: str = Field(examples=["Build"])
    """The class, as `label_names` has it."""

    support: int = Field(examples=[47])
    """Number of evaluated samples that belong to the class: its row's sum."""

    predicted: int = Field(examples=[48])
    """Number of evaluated samples that the model put into the class: its column's sum."""

    precision: float = Field(examples=[0.9375])
    """Share of the predicted samples that belong to the class, from 0 to 1."""

    recall: float = Field(examples=[0.9574])
    """Share of the class's samples that the model found, from 0 to 1."""

    f1: float = Field(examples=[0.9474])
    """Harmonic mean of precision and recall, from 0 to 1."""


class Interval(ContractModel):
    """A 95 % confidence interval, clipped to the values that are possible."""

    low: float = Field(examples=[0.9067])
    """The lower bound."""

    high: float = Field(examples=[0.9932])
    """The upper bound."""


class Evidence(ContractModel):
    """What follows from the confusion matrix alone, whatever the producer reports."""

    samples: int = Field(examples=[100])
    """Number of evaluated samples."""

    classes: list[ClassEvidence] = Field(repr=False)
    """Each class, in the order of `label_names`."""

    macro_f1: float = Field(examples=[0.9499])
    """Mean of the classes' F1, from 0 to 1; a class without samples counts as 0."""

    weighted_f1: float = Field(examples=[0.95])
    """Mean of the classes' F1 weighted by support, from 0 to 1; 0 without samples."""

    macro_f1_standard_error: float | None = Field(examples=[0.0219])
    """Standard error of `macro_f1`; null when no sample was evaluated."""

    macro_f1_interval: Interval | None
    """95 % confidence interval of `macro_f1`, clipped to 0 … 1; null without samples."""


class Difference(ContractModel):
    """How far two models are apart in macro F1, and whether their evaluations can tell."""

    macro_f1: float = Field(examples=[0.0001])
    """Macro F1 of the first model less that of the second, both from their matrices."""

    standard_error: float = Field(examples=[0.0043])
    """Standard error of the difference, the two evaluations taken as independent; for a matrix
    without variation as large as its number of samples cannot rule out."""

    interval: Interval
    """95 % confidence interval of the difference, clipped to -1 … 1."""

    distinguishable: bool
    """Whether the difference is larger than 1.96 standard errors: zero is not in the interval."""


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


def evidence_from(metrics: BundleMetrics) -> Evidence:
    """Return what the confusion matrix says about each class and about macro F1.

    Precision, recall and F1 are those of scikit-learn with `labels=label_names` and
    `zero_division=0`. For a class with h hits and t = support + predicted, F1 is 2h / t.

    The standard error of macro F1 comes from the delta method for a multinomial sample
    (Takahashi, Yamamoto, Kuchiba, Koyama: Confidence interval for micro-averaged F1 and
    macro-averaged F1 scores, Applied Intelligence 52, 2022, doi 10.1007/s10489-021-02635-5;
    rows and columns are transposed there, to which the formula is indifferent). With
    a_i = F1_i / t_i and r classes it is the square root of

        1/r² (Σ_i c_ii (2 (1 - F1_i) / t_i)² + Σ_i Σ_j≠i c_ij (a_i + a_j)²)

    and the interval is macro F1 ± 1.96 standard errors, clipped to 0 … 1.

    It is a large-sample approximation for independently drawn samples. It is too narrow where few
    samples, or an F1 close to 1, leave few errors to learn from, and where samples depend on each
    other; a matrix without any error gives an interval of width zero, which is no proof that the
    model makes none. What varies between training runs is not in it.

    Args:
        metrics: The document; only `label_names` and `confusion_matrix` are used.

    Returns:
        The evidence. For a matrix of zeros every score is 0, and there is no standard error.
    """
    scores = scores_from(metrics)
    error = sqrt(_variance(metrics, scores)) / len(scores.f1) if scores.samples else None
    return Evidence(
        samples=scores.samples,
        classes=[
            ClassEvidence(
                label=label,
                support=support,
                predicted=predicted,
                precision=precision,
                recall=recall,
                f1=f1,
            )
            for label, support, predicted, precision, recall, f1 in zip(
                metrics.label_names,
                scores.support,
                scores.predicted,
                scores.precision,
                scores.recall,
                scores.f1,
                strict=True,
            )
        ],
        macro_f1=scores.macro_f1,
        weighted_f1=scores.weighted_f1,
        macro_f1_standard_error=error,
        macro_f1_interval=None if error is None else _interval(scores.macro_f1, error, at_least=0),
    )


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


def _variance(metrics: BundleMetrics, scores: Scores) -> float:
    """Return the variance of the sum of the classes' F1: no term is negative, none cancels."""
    totals = list(map(add, scores.support, scores.predicted))
    slopes = list(map(_ratio, scores.f1, totals))
    terms: list[float] = []
    for index, row in enumerate(metrics.confusion_matrix):
        total, slope, hit = totals[index], slopes[index], row[index]
        errors = total - 2 * hit
        missed = row.copy()
        missed[index] = 0
        terms += (
            hit * (2 * _ratio(_ratio(errors, total), total)) ** 2,
            errors * slope**2,
            2 * slope * fsum(map(mul, missed, slopes)),
        )
    return fsum(terms)


def _interval(centre: float, error: float, *, at_least: float) -> Interval:
    return Interval(low=max(at_least, centre - Z_95 * error), high=min(1.0, centre + Z_95 * error))


def macro_f1_difference(first: Evidence, second: Evidence) -> Difference | None:
    """Return how far the first model is ahead of the second, or None if either has no samples.

    The two evaluations are taken as independent: the variance of the difference is the sum of
    both variances. Models evaluated on the same samples tend to fail on the same ones. Then the
    true standard error is smaller, and the answer errs on the side of "cannot tell". An exact
    test for a shared test set needs each model's prediction for each sample (Takahashi et al.,
    Statistics in Medicine, 2023, doi 10.1002/sim.9853), which a confusion matrix does not hold.
    A matrix without variation, such as one without any error, has a standard error of 0, which a
    few samples prove for no model. Here it counts as 3 / n for 1.96 standard errors and n samples:
    a rate of which n samples show no case is below 3 / n with 95 % confidence (the rule of three;
    Hanley and Lippman-Hand: If nothing goes wrong, is everything all right?, JAMA 249, 1983).

    The limits of `evidence_from` apply.
    """
    if not first.samples or not second.samples:
        return None
    lead = first.macro_f1 - second.macro_f1
    error = hypot(*(e.macro_f1_standard_error or 3 / (Z_95 * e.samples) for e in (first, second)))
    return Difference(
        macro_f1=lead,
        standard_error=error,
        interval=_interval(lead, error, at_least=-1),
        distinguishable=abs(lead) > Z_95 * error,
    )


def inconsistencies(
    metrics: BundleMetrics,
    metadata: ModelMetadata,
    evidence: Evidence | None = None,
) -> list[Problem]:
    """Return where the two documents of a valid bundle contradict the confusion matrix.

    A bundle stays valid whatever is found: the contract does not ask for it. A reported F1 agrees
    with the matrix when they differ by at most 0.00005, as rounding to four digits may.

    Args:
        metrics: The document with the matrix.
        metadata: The document with the `label_set`.
        evidence: What `evidence_from(metrics)` returned, if it is at hand.

    Returns:
        Findings of type `macro_f1_inconsistent`, `weighted_f1_inconsistent` and
        `label_names_inconsistent`, each with its pointer into `metrics.json`.
    """
    scores = evidence or scores_from(metrics)
    return list(contradictions(metrics, metadata, scores.macro_f1, scores.weighted_f1))


def contradictions(
    metrics: BundleMetrics, metadata: ModelMetadata, macro_f1: float, weighted_f1: float
) -> Iterator[Problem]:
    """Yield what `inconsistencies` returns, given the scores that follow from the matrix."""
    for name, reported, computed in (
        ("macro_f1", metrics.macro_f1, macro_f1),
        ("weighted_f1", metrics.weighted_f1, weighted_f1),
    ):
        if abs(reported - computed) > _ROUNDING:
            message = (
                f"Differs by {abs(reported - computed):.5f} from the confusion matrix, "
                f"which gives {computed:.5f} for all of label_names with zero_division=0"
            )
            yield problem_at(f"{name}_inconsistent", message, "metrics.json", (name,))
    missing = set(metadata.label_set).difference(metrics.label_names)
    unexpected = set(metrics.label_names).difference(metadata.label_set)
    if missing or unexpected:
        message = (
            "Should hold the labels of label_set in metadata.json, in any order; "
            f"{len(missing)} of them missing, {len(unexpected)} unexpected"
        )
        yield problem_at("label_names_inconsistent", message, "metrics.json", ("label_names",))
