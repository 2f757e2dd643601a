"""Which of several models may be the truly best."""

from collections.abc import Sequence
from math import hypot
from typing import NamedTuple

from taskclf.model_registry.evidence.limits import Estimate, deviations_for


class _Rival(NamedTuple):
    value: float
    down: float
    """How far its lower limit is below its value."""

    def leads(self, value: float, up: float) -> bool:
        """Return whether it is clearly ahead of a model with that much room above its value."""
        return self.value - value > hypot(self.down, up)

    def crossing(self, lower: "_Rival") -> float:
        """Return the value of a model below which this rival excludes more than a lower one.

        The larger (rival - value)² - down², the more room above the value is not enough.
        """
        gap = (self.down - lower.down) * (self.down + lower.down) / (self.value - lower.value)
        return (self.value + lower.value - gap) / 2


def may_be_best(models: Sequence[Estimate]) -> list[bool]:
    """Return for each model whether it may be the truly best, which one that may be really is.

    A model is out when another leads it by more than `difference_limits` allows for, at a z for
    which all k - 1 comparisons of the truly best of k models with its rivals are right at once
    with 97.5 % confidence: multiple comparisons with the best (Hsu, Simultaneous confidence
    intervals for all distances from the "best", Annals of Statistics 9, 1981). Two models are told
    apart just when zero is outside their 95 % interval.

    Some model always remains. The time grows as k log k.
    """
    z = deviations_for(max(1, len(models) - 1))
    ends = [model.limits(z) for model in models]
    downs = [model.value - low for model, (low, _) in zip(models, ends, strict=True)]
    remains = [True] * len(models)
    # From the highest value down, those rivals of which one is hardest on some lower model, the
    # hardest on the present one last: what a higher rival overtakes once never comes back.
    rivals: list[_Rival] = []
    for index in sorted(range(len(models)), key=lambda index: (-models[index].value, downs[index])):
        model = _Rival(models[index].value, downs[index])
        while len(rivals) > 1 and rivals[-2].crossing(rivals[-1]) >= model.value:
            rivals.pop()
        remains[index] = not (
            rivals and rivals[-1].leads(model.value, ends[index].high - model.value)
        )
        if not rivals or model.down < rivals[-1].down:
            while len(rivals) > 1 and rivals[-2].crossing(rivals[-1]) >= rivals[-1].crossing(model):
                rivals.pop()
            rivals.append(model)
    return remains
