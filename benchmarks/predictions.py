"""How much more metrics cost than counting pairs of labels, and whether that grows linearly."""

import argparse
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable

from taskclf.model_registry.publish import metrics_from_predictions

LABELS = ("Build", "Debug", "Write", "Review", "Test", "Read", "Meet", "BreakIdle")


def seconds(run: Callable[[], object], rounds: int) -> float:
    """Return the median seconds that a run takes."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def measure(samples: int, rounds: int) -> dict[str, float]:
    """Return the ratios by name."""
    draw = random.Random(0)  # noqa: S311 - the same labels in every run
    true, predicted = (draw.choices(LABELS, k=samples) for _ in range(2))
    few = samples // 10
    metrics = seconds(lambda: metrics_from_predictions(true, predicted), rounds)
    of_few = seconds(lambda: metrics_from_predictions(true[:few], predicted[:few]), rounds)
    counter = seconds(lambda: Counter(zip(true, predicted, strict=True)), rounds)
    return {
        "metrics_from_predictions / Counter": metrics / counter,
        f"a prediction of {samples:,} / of {few:,}": metrics / samples / (of_few / few),
        "nanoseconds a prediction, Counter": counter / samples * 1e9,
        "nanoseconds a prediction, metrics_from_predictions": metrics / samples * 1e9,
    }


def main() -> None:
    """Measure, and print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(
        f"{options.samples:,} predictions, {len(LABELS)} labels, median of {options.rounds} rounds"
    )
    for name, figure in measure(options.samples, options.rounds).items():
        print(f"{name:52} {figure:8.2f}")


if __name__ == "__main__":
    main()
