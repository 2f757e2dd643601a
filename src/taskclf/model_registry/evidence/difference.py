"""How far apart two models are, and whether their evaluations can tell."""

from pydantic import Field

from taskclf.model_registry.contract.base import ContractModel
from taskclf.model_registry.contract.fields import ShareDifference
from taskclf.model_registry.evidence.limits import Limits, mover
from taskclf.model_registry.evidence.model import Evidence, Interval


class Difference(ContractModel):
    """How far apart two models are in macro F1, and whether their evaluations can tell."""

    macro_f1: ShareDifference = Field(examples=[0.0001])
    """Macro F1 of the first model minus that of the second, both from their matrices."""

    interval: Interval
    """95 % confidence interval of the difference, within -1 … 1 and seldom symmetric."""

    distinguishable: bool
    """Whether zero lies outside the interval. If not, the evaluations cannot tell which model is
    better, which does not mean that they are equally good."""


def macro_f1_difference(first: Evidence, second: Evidence) -> Difference:
    """Return how far the first model is ahead of the second.

    The two evaluations are taken as independent, and the interval is made of the distances of both
    scores A and B to their own limits (MOVER: Newcombe, Interval estimation for the difference
    between independent proportions, Statistics in Medicine 17, 1998, method 10; Zou and Donner,
    ibid. 27, 2008):

        low  = A - B - √((A - low_A)² + (high_B - B)²)
        high = A - B + √((high_A - A)² + (B - low_B)²)

    Models evaluated on the same samples tend to fail on the same ones. Then the true interval is
    shorter, and the answer errs on the side of "cannot tell". An exact test for a shared test set
    needs each model's prediction for each sample (Takahashi et al., Statistics in Medicine, 2023,
    doi 10.1002/sim.9853), which a confusion matrix does not hold.

    A model without samples may be anything, so nothing is distinguishable from it.
    """
    return difference_of(
        first.macro_f1,
        Limits(first.macro_f1_interval.low, first.macro_f1_interval.high),
        second.macro_f1,
        Limits(second.macro_f1_interval.low, second.macro_f1_interval.high),
    )


def difference_of(first: float, of_first: Limits, second: float, of_second: Limits) -> Difference:
    """Return the difference of two scores whose limits are at hand."""
    low, high = mover(first, of_first, second, of_second)
    return Difference(
        macro_f1=first - second,
        interval=Interval(low=low, high=high),
        distinguishable=low > 0 or high < 0,
    )
