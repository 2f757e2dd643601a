"""How often intervals, "clear" differences, "may be best" and verdicts are right, on known ground.

A population is the true share of every cell of a confusion matrix, so its macro F1 is known. Test
sets are drawn from it, and the package itself judges each of them. Seeds are fixed: a run prints
the same figures again. The lowest of many measured shares is low by chance, too, so the worst
populations are measured once more with new test sets; those figures are the ones to quote.

    python benchmarks/intervals.py                              everything
    python benchmarks/intervals.py --table interval --scale 0.1  one part, a tenth of the test sets
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from itertools import product
from math import exp, log, sqrt
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from taskclf.model_registry import BundleMetrics, ModelBundle, ModelMetadata
from taskclf.model_registry.compare import compare
from taskclf.model_registry.evidence.best import may_be_best
from taskclf.model_registry.evidence.estimates import estimates_from, macro_f1_estimate
from taskclf.model_registry.evidence.limits import (
    Z_95,
    Estimate,
    deviations_for,
    difference_limits,
)

Array = NDArray[Any]

F1S = (0.6, 0.8, 0.9, 0.97, 0.99, 0.995, 0.999)
SIZES = (50, 100, 300, 719, 2000, 10000)
CLASSES = (2, 3, 8, 30)
KINDS = ("spread", "pair", "lost")
WORST = 15
"""So many of the worst populations are measured again."""


# Populations


def priors(r: int) -> dict[str, Array]:
    """Return shares of r classes: balanced, imbalanced, and with rare classes."""
    rank = np.arange(1, r + 1)
    some, rare = {
        2: ([0.8, 0.2], [0.97, 0.03]),
        3: ([0.6, 0.3, 0.1], [0.7, 0.28, 0.02]),
    }.get(r, (1 / rank, 1 / rank**2))
    named = {"even": np.ones(r), "some": np.array(some), "rare": np.array(rare)}
    return {name: shares / shares.sum() for name, shares in named.items()}


def f1_by_class(shares: Array) -> Array:
    """Return the F1 of each class of a population."""
    return np.asarray(2 * np.diag(shares) / (shares.sum(0) + shares.sum(1)))


def macro_f1(shares: Array) -> float:
    """Return the macro F1 of a population."""
    return float(f1_by_class(shares).mean())


def population(prior: Array, kind: str, f1: float) -> Array | None:
    """Return shares of the cells with this macro F1, or None where there are none of the kind.

    Args:
        prior: Shares of the classes.
        kind: `spread` if each class errs alike, into every other; `pair` if only the first two are
            confused; `lost` if as few of the last classes as needed are lost to the first.
        f1: The macro F1.
    """
    r = len(prior)

    def build(rate: float, lost: int) -> Array:
        rows = np.eye(r)
        if kind == "spread":
            rows = np.full((r, r), rate / (r - 1))
            np.fill_diagonal(rows, 1 - rate)
        elif kind == "pair":
            rows[:2, :2] = [[1 - rate, rate], [rate, 1 - rate]]
        else:
            last = np.arange(r - lost, r)
            rows[last, last], rows[last, 0] = 1 - rate, rate
        return np.asarray(prior[:, None] * rows)

    most = {"spread": 1 - 1 / r, "pair": 0.5, "lost": 0.95}[kind]
    for lost in range(1, r if kind == "lost" else 2):
        if macro_f1(build(most, lost)) <= f1:
            return solved(partial(build, lost=lost), f1, 0, most)
    return None


def solved(build: Callable[[float], Array], f1: float, low: float, high: float) -> Array:
    """Return the population between two rates of error that has this macro F1."""
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if macro_f1(build(middle)) > f1 else (low, middle)
    return build(high)


def grid() -> Iterator[tuple[Array, int]]:
    """Yield the populations of the grid, each with every size of a test set."""
    for r, kind in product(CLASSES, KINDS):
        for prior, f1 in product(priors(r).values(), F1S):
            shares = population(prior, kind, f1)
            if shares is not None:
                yield from ((shares, n) for n in SIZES)


def at_random(rng: Generator, number: int) -> Iterator[tuple[Array, int]]:
    """Yield populations beyond the grid: any prior, rates and directions of error, and size."""
    while number:
        r = int(rng.choice([2, 3, 5, 8, 15, 30]))
        prior = np.maximum(rng.dirichlet(np.full(r, rng.choice([0.3, 1, 3, 30]))), 1e-4)
        prior /= prior.sum()
        where = rng.gamma(rng.choice([0.05, 0.2, 1]), 1, (r, r)) * prior ** rng.choice([0, 0.5, 1])
        where = np.maximum(where, 1e-12) * (1 - np.eye(r))
        where /= where.sum(1, keepdims=True)
        rates = rng.gamma(rng.choice([0.2, 1, 5]), 1, r) + 1e-9
        f1 = 1 - exp(rng.uniform(log(0.0008), log(0.45)))
        n = int(exp(rng.uniform(log(50), log(10000))))

        def build(x: float, where: Array = where, rates: Array = rates, p: Array = prior) -> Array:
            rate = np.minimum(exp(x) * rates / rates.max(), 0.95)
            return np.asarray(p[:, None] * (where * rate[:, None] + np.diag(1 - rate)))

        if macro_f1(build(9)) <= f1:
            number -= 1
            yield solved(build, f1, -30, 9), n


# Test sets


def drawn(rng: Generator, shares: Array, n: int, repeats: int) -> Array:
    """Return the matrices of independent test sets of n samples: repeats, r, r."""
    flat = shares.ravel() / shares.sum()
    return rng.multinomial(n, flat, size=repeats).reshape(repeats, *shares.shape)


def drawn_together(
    rng: Generator, models: Sequence[Array], n: int, repeats: int, luck: float
) -> Array:
    """Return the matrices of models that are evaluated on the same samples: repeats, models, r, r.

    With the probability `luck` a model shares its luck at a sample with all the others: then the
    worse model errs wherever the better one does. With 0, each model has a test set of its own.
    """
    if not luck:
        return np.stack([drawn(rng, model, n, repeats) for model in models], 1)
    r = len(models[0])
    prior = models[0].sum(1)
    true = rng.choice(r, p=prior / prior.sum(), size=(repeats, n))
    common = rng.random(true.shape)
    order = np.array([[i, *(j for j in range(r) if j != i)] for i in range(r)])
    matrices = np.empty((repeats, len(models), r, r), int)
    for k, shares in enumerate(models):
        rows = np.take_along_axis(shares / shares.sum(1, keepdims=True), order, 1)
        steps = np.cumsum(rows, 1)
        own = np.where(rng.random(true.shape) < luck, common, rng.random(true.shape))
        said = true.copy()
        wrong = np.nonzero(own > steps[true, 0])
        step = (own[wrong][:, None] > steps[true[wrong]]).sum(1).clip(max=r - 1)
        said[wrong] = order[true[wrong], step]
        cells = (np.arange(repeats)[:, None] * r + true) * r + said
        counts = np.bincount(cells.ravel(), minlength=repeats * r * r)
        matrices[:, k] = counts.reshape(repeats, r, r)
    return matrices


def document(matrix: Array) -> BundleMetrics:
    """Return a document with this matrix, without spending time on its validation."""
    names = [str(index) for index in range(len(matrix))]
    return BundleMetrics.model_construct(
        macro_f1=0, weighted_f1=0, label_names=names, confusion_matrix=matrix.tolist()
    )


# How often an interval holds the truth


class Judged(NamedTuple):
    """What the intervals did with one population."""

    shares: Array
    n: int
    rarest: float
    """Expected samples of the rarest class."""

    errors: float
    """Expected errors."""

    held: float
    """Share of the test sets whose interval of macro F1 holds the truth."""

    held_by_delta: float
    """The same for ± 1.96 standard errors."""

    class_held: float
    """The same as `held`, for the F1 and recall of the class where it is lowest, of those of which
    5 samples are expected."""

    width: float
    """Mean width of the interval over that of the middle 95 % of the scores themselves."""


def judged(rng: Generator, shares: Array, n: int, repeats: int) -> Judged:
    """Return how often the intervals of so many test sets hold the truth."""
    truth, by_class = macro_f1(shares), f1_by_class(shares)
    supports = n * shares.sum(1)
    recall = np.diag(shares) / shares.sum(1)
    matrices, counts = np.unique(drawn(rng, shares, n, repeats), axis=0, return_counts=True)
    held, by_delta, widths, values, classes = [], [], [], [], []
    for matrix in matrices:
        estimates = estimates_from(document(matrix))
        macro = estimates.macro_f1
        limits = macro.limits()
        held.append(holds(limits, truth))
        reach = Z_95 * sqrt(macro.variance)
        by_delta.append(holds((macro.value - reach, macro.value + reach), truth))
        widths.append(limits.high - limits.low)
        values.append(macro.value)
        classes.append(
            [
                holds(one.limits(), true)
                for ones, truths in ((estimates.f1, by_class), (estimates.recall, recall))
                for one, true in zip(ones, truths, strict=True)
            ]
        )
    oracle = float(np.ptp(np.quantile(np.repeat(values, counts), [0.025, 0.975])))
    return Judged(
        shares=shares,
        n=n,
        rarest=float(supports.min()),
        errors=n * (1 - float(np.trace(shares))),
        held=float(np.average(held, weights=counts)),
        held_by_delta=float(np.average(by_delta, weights=counts)),
        class_held=float(
            np.average(classes, axis=0, weights=counts)[np.tile(supports >= 5, 2)].min(initial=1)
        ),
        width=float(np.average(widths, weights=counts)) / oracle if oracle > 1e-9 else np.inf,
    )


def holds(limits: tuple[float, float], truth: float) -> bool:
    """Return whether the truth lies within the limits, up to rounding."""
    return limits[0] - 1e-9 <= truth <= limits[1] + 1e-9


def again(rng: Generator, worst: Sequence[Judged], repeats: int) -> list[Judged]:
    """Return populations judged by new test sets."""
    return [judged(rng, one.shares, one.n, repeats) for one in worst]


def interval(scale: float) -> None:
    """Print how often intervals hold the truth, on the grid and at random."""
    rng = np.random.default_rng(1)
    repeats = round(2000 * scale)
    on_grid = [judged(rng, shares, n, repeats) for shares, n in grid()]
    elsewhere = [judged(rng, *one, round(1000 * scale)) for one in at_random(rng, 700)]
    heading(
        "Test sets whose interval holds the true macro F1",
        ("populations", "number", "± 1.96 SE: lowest", "mean", "here: lowest", "mean"),
        ("first lowest", "class F1 or recall: lowest", "width ≤ 1.25 × ideal"),
    )
    for title, ones in (("grid", on_grid), ("at random", elsewhere)):
        usual = [one for one in ones if one.rarest >= 5]
        for name, some in (
            (f"{title}, every class ≥ 5", usual),
            (f"{title}, of these F1 ≥ 0.97", [x for x in usual if macro_f1(x.shares) > 0.9699]),
            (f"{title}, of these ≥ 30 errors, ≥ 50 a class", many(usual)),
            (f"{title}, some class < 5", [one for one in ones if one.rarest < 5]),
        ):
            worst = sorted(some, key=lambda one: one.held)[:WORST]
            least = min(one.held for one in again(rng, worst, 10 * repeats))
            of_class = sorted(some, key=lambda one: one.class_held)[:WORST]
            least_of_class = min(one.class_held for one in again(rng, of_class, 2 * repeats))
            row(
                name,
                len(some),
                min(one.held_by_delta for one in some),
                float(np.mean([one.held_by_delta for one in some])),
                least,
                float(np.mean([one.held for one in some])),
                worst[0].held,
                least_of_class,
                float(np.mean([one.width <= 1.25 for one in some])),
            )
    heading(
        "Lowest share on the grid where every class expects 5 samples: ± 1.96 SE, here",
        ("true F1", *(f"n = {n}" for n in SIZES)),
    )
    for f1 in F1S:
        cells = [
            [one for one in on_grid if one.rarest >= 5 and one.n == n and near(one, f1)]
            for n in SIZES
        ]
        row(
            f"{f1}",
            *(
                f"{min(x.held_by_delta for x in some):.2f}, {min(x.held for x in some):.2f}"
                for some in cells
            ),
        )


def many(ones: Sequence[Judged]) -> list[Judged]:
    """Return those with errors enough to expect no more than the ideal width."""
    return [one for one in ones if one.errors >= 30 and one.rarest >= 50]


def near(one: Judged, f1: float) -> bool:
    """Return whether this is the population's macro F1."""
    return abs(macro_f1(one.shares) - f1) < 1e-6


# How often a difference is called clear


class Pair(NamedTuple):
    """Two models and how they are evaluated."""

    models: tuple[Array, Array]
    n: int
    luck: float

    @property
    def rare(self) -> bool:
        """Whether fewer than 5 samples of some class are expected."""
        return bool(self.n * self.models[0].sum(1).min() < 5)


def clear(rng: Generator, pair: Pair, repeats: int) -> tuple[float, float]:
    """Return how often ± 1.96 standard errors, and the package, tell the two models apart."""
    by_delta = here = 0
    for matrices in drawn_together(rng, pair.models, pair.n, repeats, pair.luck):
        first, second = (macro_f1_estimate(document(matrix)) for matrix in matrices)
        reach = Z_95 * sqrt(first.variance + second.variance)
        by_delta += abs(first.value - second.value) > reach
        low, high = difference_limits(first, second)
        here += low > 0 or high < 0
    return by_delta / repeats, here / repeats


def equals() -> Iterator[Pair]:
    """Yield pairs of models with the same macro F1; they err alike, or one loses rare classes."""
    for r, f1 in product(CLASSES, (0.8, 0.9, 0.97, 0.99, 0.995, 0.999)):
        for prior, other, n in product(
            priors(r).values(), ("spread", "lost"), (50, 100, 300, 719, 2000)
        ):
            first, second = (population(prior, kind, f1) for kind in ("spread", other))
            if first is not None and second is not None:
                for luck in (0.0, 0.5, 0.9) if r < 30 and n < 2000 else (0.0,):
                    yield Pair((first, second), n, luck)


def difference(scale: float) -> None:
    """Print how often equal models are told apart, and different ones."""
    rng = np.random.default_rng(3)
    pairs = list(equals())
    told = [clear(rng, pair, round(1000 * scale)) for pair in pairs]
    heading(
        'Equal models that are told apart ("clear" by mistake)',
        ("test sets", "pairs", "± 1.96 SE: most", "mean", "here: most", "mean", "first most"),
    )
    for luck, rare in product((0.0, 0.5, 0.9), (False, True)):
        some = [
            (here, by_delta, pair)
            for pair, (by_delta, here) in zip(pairs, told, strict=True)
            if pair.luck == luck and pair.rare == rare
        ]
        worst = sorted(some, key=lambda one: -one[0])[:WORST]
        row(
            f"{samples(luck)}, {'some class < 5' if rare else 'every class ≥ 5'}",
            len(some),
            max(by_delta for _, by_delta, _ in some),
            float(np.mean([by_delta for _, by_delta, _ in some])),
            max(clear(rng, pair, round(10000 * scale))[1] for *_, pair in worst),
            float(np.mean([here for here, *_ in some])),
            worst[0][0],
        )
    heading(
        "Macro F1 of 0.99 told apart from a lower one (power)",
        ("classes, n, other, test sets", "± 1.96 SE", "here"),
    )
    for (r, name), n in product(((3, "even"), (8, "some")), (719, 2000)):
        for lower, luck in product((0.98, 0.97, 0.95), (0.0, 0.9)):
            prior = priors(r)[name]
            models = known(prior, 0.99), known(prior, lower)
            figures = clear(rng, Pair(models, n, luck), round(1000 * scale))
            row(f"{r} {name}, {n}, {lower}, {samples(luck)}", *figures)


def known(prior: Array, f1: float) -> Array:
    """Return the population of this macro F1 that errs alike everywhere."""
    shares = population(prior, "spread", f1)
    if shares is None:
        raise ValueError(f"no such population: {f1}")
    return shares


def samples(luck: float) -> str:
    """Return how the models share their test set."""
    return f"shared, luck {luck}" if luck else "separate"


# How often the truly best is among those that may be


def best(scale: float) -> None:
    """Print how often the truly best may be best, and how the score of the first flatters it."""
    rng = np.random.default_rng(4)
    prior, n = priors(3)["even"], 719
    heading(
        "Who may be best: 3 balanced classes, 719 samples",
        ("true F1", "models", "test sets", "truly best is in", "mean number of them"),
        ("some equal or better one behind the first by ± 1.96 SE", "by the pair's interval", "out"),
        ("mean bias of the first", "its truth below its interval", "below that of one picked"),
    )
    settings: dict[str, Callable[[int], list[float]]] = {
        "all 0.97": lambda k: [0.97] * k,
        "0.99, all others 0.98": lambda k: [0.99] + [0.98] * (k - 1),
        "0.99 down to 0.90": lambda k: np.linspace(0.99, 0.9, k).tolist(),
    }
    for (name, f1s), (k, runs), luck in product(
        settings.items(),
        ((2, 4000), (5, 2000), (10, 2000), (100, 400), (1000, 40)),
        (0.0, 0.9),
    ):
        truths = f1s(k)
        models = [known(prior, f1) for f1 in truths]
        outcomes = [
            picked(matrices, truths)
            for _ in range(max(1, round(runs * scale)))
            for matrices in drawn_together(rng, models, n, 1, luck)
        ]
        row(name, k, samples(luck), *np.mean(outcomes, axis=0).tolist())


def picked(matrices: Array, truths: Sequence[float]) -> list[float]:
    """Return the figures of one choice among models; the first is the truly best."""
    estimates = [macro_f1_estimate(document(matrix)) for matrix in matrices]
    inside = may_be_best(estimates)
    first = max(range(len(estimates)), key=lambda index: estimates[index].value)
    leader, truth = estimates[first], truths[first]
    as_good = [index for index, other in enumerate(truths) if other >= truth and index != first]
    return [
        inside[0],
        sum(inside),
        any(ahead_by_delta(leader, estimates[index]) for index in as_good),
        any(difference_limits(leader, estimates[index]).low > 0 for index in as_good),
        not all(inside[index] for index in as_good),
        leader.value - truth,
        truth < leader.limits().low,
        truth < leader.limits(deviations_for(len(truths))).low,
    ]


def ahead_by_delta(first: Estimate, second: Estimate) -> bool:
    """Return whether the first is ahead by more than 1.96 standard errors of the difference."""
    return first.value - second.value > Z_95 * sqrt(first.variance + second.variance)


# How often a verdict on a candidate is right


def verdicts(rng: Generator, pair: Pair, repeats: int) -> list[float]:
    """Return the shares of each verdict on the first of two models, against the second.

    Those are: better, worse, cannot tell, not worse by a margin of 0.02, some class clearly worse.
    """
    cells = drawn_together(rng, pair.models, pair.n, repeats, pair.luck)
    found = [compare(bundle("new", new), bundle("old", old), margin=0.02) for new, old in cells]
    return [
        float(np.mean(shares))
        for shares in (
            [one.verdict == "better" for one in found],
            [one.verdict == "worse" for one in found],
            [one.verdict == "cannot tell" for one in found],
            [one.not_worse for one in found],
            [any(label.worse for label in one.classes) for one in found],
        )
    ]


def bundle(model_id: str, matrix: Array) -> ModelBundle:
    """Return a bundle with this matrix, without spending time on its validation."""
    metrics = document(matrix)
    metadata = ModelMetadata(
        schema_version="v1",
        schema_hash="x",
        label_set=metrics.label_names,
        train_date_from=date(2026, 1, 1),
        train_date_to=date(2026, 1, 1),
        params={},
        git_commit="x",
        dataset_hash="x",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return ModelBundle.model_construct(
        model_id=model_id,
        path=Path(model_id),
        valid=True,
        metadata=metadata,
        metrics=metrics,
    )


def verdict(scale: float) -> None:
    """Print how often an equal model is called better or worse, and what becomes of others."""
    rng = np.random.default_rng(5)
    equal = [
        Pair((model, model), n, luck)
        for r, prior, f1, n in product(
            CLASSES, ("even", "some"), (0.9, 0.97, 0.99, 0.995), (300, 719, 2000)
        )
        for model in [known(priors(r)[prior], f1)]
        for luck in ((0.0, 0.9) if r < 30 else (0.0,))
    ]
    repeats = round(1000 * scale)
    judged = [(pair, verdicts(rng, pair, repeats)) for pair in equal]
    heading(
        "Models of the same truth that are called better or worse by mistake",
        ("verdict", "populations", "most", "mean", "first most"),
    )
    for place, name in enumerate(("better", "worse")):
        worst = sorted(judged, key=lambda one: -one[1][place])[:WORST]
        row(
            name,
            len(judged),
            max(verdicts(rng, pair, 10 * repeats)[place] for pair, _ in worst),
            float(np.mean([shares[place] for _, shares in judged])),
            worst[0][1][place],
        )
    heading(
        "Verdicts on a new model, of which many are right",
        ("classes, n", "true F1 of old, new", "test sets", "better", "worse", "cannot tell"),
        ("not worse by 0.02", "some class clearly worse"),
    )
    for (r, name), n in (
        ((3, "even"), 719),
        ((8, "some"), 719),
        ((8, "some"), 2000),
        ((30, "even"), 719),
        ((30, "even"), 5000),
    ):
        for (title, old, new), luck in product(replacements(priors(r)[name]), (0.0, 0.9)):
            runs = max(1, round(repeats / (1 if r < 30 else 5)))
            shares = verdicts(rng, Pair((new, old), n, luck), runs)
            row(f"{r} {name}, {n}", title, samples(luck), *shares)


def replacements(prior: Array) -> Iterator[tuple[str, Array, Array]]:
    """Yield a title, the truth of an incumbent and that of a candidate."""
    for old, new in ((0.97, 0.97), (0.99, 0.99), (0.95, 0.97), (0.95, 0.99), (0.99, 0.97)):
        yield f"{old}, {new}", known(prior, old), known(prior, new)
    lost = known(prior, 0.995)
    lost[-1] = 0
    lost[-1, [0, -1]] = prior[-1] * np.array([0.25, 0.75])
    yield f"0.97, {macro_f1(lost):.3f} with a quarter of a class lost", known(prior, 0.97), lost


# Tables in Markdown


def heading(title: str, *columns: Sequence[str]) -> None:
    """Print the head of a table."""
    names = [name for some in columns for name in some]
    print(f"\n{title}\n")
    row(*names)
    print(f"|{'---|' * len(names)}", flush=True)


def row(*cells: object) -> None:
    """Print a row of a table."""
    shown = (f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in cells)
    print(f"| {' | '.join(shown)} |", flush=True)


TABLES = {"interval": interval, "difference": difference, "best": best, "verdict": verdict}


def main() -> None:
    """Print the tables of one part, or of all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--table", choices=list(TABLES), help="print this one only")
    parser.add_argument("--scale", type=float, default=1.0, help="draw so many times as many sets")
    arguments = parser.parse_args()
    for table in [arguments.table] if arguments.table else TABLES:
        TABLES[table](arguments.scale)


if __name__ == "__main__":
    main()
