"""How far a score can be trusted: limits that hold for good models, too, at any confidence.

The usual interval, a score ± 1.96 standard errors, takes the errors seen as typical. A good model
makes few, so often none of the costly ones is among them, and the interval is far too short. Here
the loss, 1 less the score, is a weighted sum of rare events, as epidemiologists take a rate that is
standardised by age, and it is given the limits of

    Fay and Feuer, Confidence intervals for directly standardized rates: a method based on the gamma
    distribution, Statistics in Medicine 16, 1997:

one more error where it costs most for the lower limit of the score, one more hit where it gains
most for the upper one, and gamma quantiles of the mean and the variance that result.

Everything is arithmetic: no seed, no table, the same limits on every machine.
"""

from math import erfc, expm1, hypot, log, nextafter, sqrt
from typing import NamedTuple

Z_95 = 1.959963984540054
"""97.5 % quantile of the standard normal distribution: 95 % lie within ± this many deviations."""


class Limits(NamedTuple):
    """The two ends of an interval."""

    low: float
    high: float


class Estimate(NamedTuple):
    """A score from 0 to 1, with all that its limits need at whatever confidence."""

    value: float
    variance: float
    """By the delta method."""

    cost: float
    """What one more error takes from the score, where it takes most; 0 where none can."""

    gain: float
    """What one more hit adds to the score, where it adds most."""

    gain_variance: float
    """Over the classes, the sum of the squares of what one more hit adds."""

    unknown: float
    """Share of the scale, from 0 to 1, that belongs to classes without a sample."""

    def limits(self, z: float = Z_95) -> Limits:
        """Return the interval whose ends are z standard errors away where errors are many.

        With the score F, its variance V, the cost w, the gain g, the gains' squares G, the unknown
        share u and the gamma quantile q:

            low  = 1 - q(1 - F + w, V + w², z)
            high = 1 - q(1 - F - u - g, V + G, -z)

        Both lie in 0 … 1 with the score between them. The lower one is rounded down, so that no
        count is large enough to make the width zero where an error is possible.

        Args:
            z: The confidence as a quantile of the standard normal distribution, positive.
        """
        loss = 1 - self.value
        most = gamma_quantile(loss + self.cost, self.variance + self.cost**2, z)
        known = loss - self.unknown - self.gain
        least = gamma_quantile(known, self.variance + self.gain_variance, -z)
        low = min(self.value, nextafter(1 - most, -1)) if self.cost else self.value
        return Limits(max(0.0, low), min(1.0, max(self.value + self.gain, 1 - least)))


def gamma_quantile(mean: float, variance: float, z: float) -> float:
    """Return the quantile of a gamma distribution where the normal one has z; 0 for no mean.

    By the cube root of Wilson and Hilferty, The distribution of chi-square, PNAS 17, 1931.
    """
    if mean <= 0:
        return 0.0
    c = sqrt(variance) / (3 * mean)
    return float(mean * max(0.0, 1 - c * c + z * c) ** 3)


def difference_limits(first: Estimate, second: Estimate, z: float = Z_95) -> Limits:
    """Return limits of the first score less the second, the two taken as independent.

    Each limit squares and adds the distances of both scores to their own limits on the side that
    matters (MOVER: Newcombe, Interval estimation for the difference between independent
    proportions, Statistics in Medicine 17, 1998, method 10; Zou and Donner, ibid. 27, 2008):

        low  = A - B - √((A - low_A)² + (high_B - B)²)
        high = A - B + √((high_A - A)² + (B - low_B)²)

    Models that are evaluated on the same samples tend to fail on the same ones. Then the true
    limits are closer, and these err on the side of "cannot tell".

    Args:
        first: A score.
        second: The same score of another model.
        z: As for `Estimate.limits`.
    """
    return mover(first.value, first.limits(z), second.value, second.limits(z))


def mover(first: float, of_first: Limits, second: float, of_second: Limits) -> Limits:
    """Return what `difference_limits` says, of limits at hand."""
    lead = first - second
    down = hypot(first - of_first.low, of_second.high - second)
    up = hypot(of_first.high - first, second - of_second.low)
    return Limits(lead - down, lead + up)


def deviations_for(looks: int) -> float:
    """Return the z at which so many one-sided limits all hold with 97.5 % confidence.

    That is Z_95 for a single one. Each of n has the confidence 0.975^(1 / n) (Šidák, Rectangular
    confidence regions for the means of multivariate normal distributions, JASA 62, 1967).

    Args:
        looks: Number of limits, at least 1.
    """
    return deviations(-expm1(log(0.975) / looks))


def deviations(tail: float) -> float:
    """Return the z that a standard normal variable exceeds with probability `tail`.

    `statistics.NormalDist` would do the same and take 8 ms to import.

    Args:
        tail: Above 0, at most 0.5.
    """
    low, high = 0.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if erfc(middle / sqrt(2)) / 2 > tail else (low, middle)
    return high
