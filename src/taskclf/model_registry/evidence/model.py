"""What the confusion matrix proves about one model, whatever its producer reports."""

from pydantic import Field

from taskclf.model_registry.contract.base import ContractModel
from taskclf.model_registry.contract.documents import BundleMetrics
from taskclf.model_registry.contract.fields import ShareDifference
from taskclf.model_registry.evidence.estimates import estimates_from
from taskclf.model_registry.evidence.limits import Limits
from taskclf.model_registry.evidence.scores import scores_from


class Interval(ContractModel):
    """A confidence interval, 95 % unless stated otherwise, limited to possible values."""

    low: ShareDifference = Field(examples=[0.8925])
    """The lower limit."""

    high: ShareDifference = Field(examples=[0.982])
    """The upper limit."""


class ClassEvidence(ContractModel):
    """One class in the evaluation. A ratio whose denominator is zero counts as 0."""

    label: str = Field(examples=["Build"])
    """The class, as `label_names` has it."""

    support: int = Field(examples=[47])
    """Number of evaluated samples that belong to the class: its row's sum."""

    predicted: int = Field(examples=[48])
    """Number of evaluated samples that the model assigned to the class: its column's sum."""

    precision: float = Field(examples=[0.9375])
    """Share of the predicted samples that belong to the class, from 0 to 1."""

    recall: float = Field(examples=[0.9574])
    """Share of the class's samples that the model found, from 0 to 1."""

    recall_interval: Interval
    """95 % confidence interval of `recall`; 0 to 1 for a class without samples."""

    f1: float = Field(examples=[0.9474])
    """Harmonic mean of precision and recall, from 0 to 1."""

    f1_interval: Interval
    """95 % confidence interval of `f1`; 0 to 1 for a class without samples."""


class Evidence(ContractModel):
    """What follows from the confusion matrix alone, regardless of the reported scores."""

    samples: int = Field(examples=[100])
    """Number of evaluated samples."""

    classes: list[ClassEvidence] = Field(repr=False)
    """Each class, in the order of `label_names`."""

    macro_f1: float = Field(examples=[0.9499])
    """Mean of the classes' F1, from 0 to 1; a class without samples counts as 0."""

    weighted_f1: float = Field(examples=[0.95])
    """Mean of the classes' F1 weighted by support, from 0 to 1; 0 without samples."""

    macro_f1_standard_error: float | None = Field(examples=[0.0219])
    """Standard error of `macro_f1` by the delta method. It is far too small for a good model with
    few errors, so use `macro_f1_interval`. Null if no sample was evaluated."""

    macro_f1_interval: Interval
    """95 % confidence interval of `macro_f1`, allowing any F1 for a class without samples; 0 to 1
    if no sample was evaluated."""


def evidence_from(metrics: BundleMetrics) -> Evidence:
    """Return what the confusion matrix says about each class and about macro F1.

    Precision, recall and F1 are those of scikit-learn with `labels=label_names` and
    `zero_division=0`. For a class with h hits and t = support + predicted, F1 is 2h / t.

    The standard error of macro F1 comes from the delta method for a multinomial sample
    (Takahashi, Yamamoto, Kuchiba, Koyama: Confidence interval for micro-averaged F1 and
    macro-averaged F1 scores, Applied Intelligence 52, 2022, doi 10.1007/s10489-021-02635-5;
    rows and columns are transposed there, to which the formula is indifferent). With
    a_i = F1_i / t_i and r classes it is the square root of

        V = 1/r² (Σ_i c_ii (2 (1 - F1_i) / t_i)² + Σ_i Σ_j≠i c_ij (a_i + a_j)²)

    The intervals are not made of it alone. They take the loss 1 - F as a weighted sum of rare
    errors, with one more error where it costs most (w) for the lower limit and one more hit where
    it gains most (max g_i) for the upper one, as Fay and Feuer do for directly standardised rates
    (Statistics in Medicine 16, 1997). With u the share of the classes without samples,

        w    = 1/r (the sum of the two largest F1_i / (t_i + 1)); 0 for a single class
        g_i  = 1/r 2 (1 - F1_i) / (t_i + 2); 0 for a class without samples
        low  = 1 - q(1 - F + w, V + w², z)
        high = 1 - q(1 - F - u - max g_i, V + Σ g_i², -z)

    where z = 1.96 and q is the quantile of the gamma distribution of that mean and variance by
    Wilson and Hilferty (PNAS 17, 1931): q(m, v, z) = m max(0, 1 - v / 9m² + z √v / 3m)³. F1 and
    recall of a class have limits of the same form. Every interval has the score in it, and a width
    above zero unless there is a single class, where no error is possible.

    Samples are taken as independent; where they depend on each other the intervals are too short.
    What varies between training runs is not in them. How often they hold the truth was measured:
    see the page on evidence in the documentation.

    Args:
        metrics: The document; only `label_names` and `confusion_matrix` are used.

    Returns:
        The evidence. For a matrix of zeros every score is 0, every interval from 0 to 1, and there
        is no standard error.
    """
    scores = scores_from(metrics)
    estimates = estimates_from(metrics, scores)
    return Evidence(
        samples=scores.samples,
        classes=[
            ClassEvidence(
                label=label,
                support=support,
                predicted=predicted,
                precision=precision,
                recall=recall.value,
                recall_interval=interval(recall.limits()),
                f1=f1.value,
                f1_interval=interval(f1.limits()),
            )
            for label, support, predicted, precision, recall, f1 in zip(
                metrics.label_names,
                scores.support,
                scores.predicted,
                scores.precision,
                estimates.recall,
                estimates.f1,
                strict=True,
            )
        ],
        macro_f1=scores.macro_f1,
        weighted_f1=scores.weighted_f1,
        macro_f1_standard_error=estimates.macro_f1.variance**0.5 if scores.samples else None,
        macro_f1_interval=interval(estimates.macro_f1.limits()),
    )


def interval(limits: Limits) -> Interval:
    """Return the limits as documents have them."""
    return Interval(low=limits.low, high=limits.high)
