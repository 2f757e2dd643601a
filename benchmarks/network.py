"""When threads and processes pay: a scan of a file system that waits, and of one that does not.

The waiting is simulated here, by a pause before each call that would travel to a file server. The
library knows nothing of it.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bundles import LABELS, SCHEMA_HASH, write_bundles
from scan import both_medians, medians

from taskclf.model_registry import SelectionPolicy, find_best_model, list_bundles

# Closing sends nothing when nothing was written, and an open file's status comes with its opening.
TRAVELLING = ("open", "read", "scandir")


@contextmanager
def waiting(seconds: float) -> Iterator[None]:
    """Make each call to the file system wait, as one over a network does."""
    real = {name: getattr(os, name) for name in TRAVELLING}

    def delayed(call: Callable[..., Any]) -> Callable[..., Any]:
        def wait_and_call(*args: Any, **kwargs: Any) -> Any:
            time.sleep(seconds)
            return call(*args, **kwargs)

        return wait_and_call

    try:
        for name, call in real.items():
            setattr(os, name, delayed(call))
        yield
    finally:
        for name, call in real.items():
            setattr(os, name, call)


def scan(models_dir: Path, executor: Executor | None) -> Callable[[], object]:
    """Return a scan with an executor, or without."""
    return lambda: list_bundles(models_dir, executor=executor)


def ceiling(models_dir: Path, processes: Executor, rounds: int) -> dict[str, float]:
    """Return what processes gain at most where nine in ten bundles are judged and sent away.

    The parent lists, collects and ranks by itself: however many workers there are, it takes that
    much of a processor's time.
    """
    for number, path in enumerate(sorted(models_dir.glob("*/metadata.json"))):
        if number % 10:
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(SCHEMA_HASH, "another"), encoding="utf-8")
    policy = SelectionPolicy()
    both = both_medians(
        {
            "none": lambda: find_best_model(models_dir, policy, SCHEMA_HASH, LABELS),
            "2 processes": lambda: find_best_model(
                models_dir, policy, SCHEMA_HASH, LABELS, executor=processes
            ),
        },
        rounds,
    )
    alone, (elapsed, work_of_parent) = both["none"][0], both["2 processes"]
    return {"2 processes": alone / elapsed, "as many as you like": alone / work_of_parent}


def speed_ups(models_dir: Path, executors: dict[str, Executor], rounds: int) -> dict[str, float]:
    """Return how many times faster each executor is than a scan without one."""
    seconds = medians(
        {"none": scan(models_dir, None)}
        | {name: scan(models_dir, executor) for name, executor in executors.items()},
        rounds,
    )
    return {name: seconds["none"] / value for name, value in seconds.items()}


def main() -> None:
    """Print the speed-up of each executor, for several costs of a call."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--bundles", type=int, default=200, help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    arguments = parser.parse_args()
    threads: dict[str, Executor] = {
        f"{count} threads": ThreadPoolExecutor(count) for count in (2, 8, 32)
    }
    processes: dict[str, Executor] = {
        "2 processes": ProcessPoolExecutor(2, mp_context=get_context("spawn"))
    }
    with tempfile.TemporaryDirectory(prefix="bundles-") as work:
        models_dir = write_bundles(Path(work) / "models", arguments.bundles)
        many = write_bundles(Path(work) / "many", arguments.bundles * 20)
        rows = {f"local disk, {arguments.bundles * 20} bundles": speed_ups(
            many, threads | processes, arguments.rounds
        )}  # fmt: skip
        for milliseconds in (0.05, 0.2, 2):
            with waiting(milliseconds / 1000):
                rows[f"{milliseconds:g} ms a call, {arguments.bundles} bundles"] = speed_ups(
                    models_dir, threads, arguments.rounds
                )
        rows["find_best_model, 9 in 10 incompatible"] = ceiling(
            many, processes["2 processes"], arguments.rounds
        )
    for executor in (threads | processes).values():
        executor.shutdown()
    print("times faster than without an executor")
    for name, row in rows.items():
        print(f"{name:40}", "  ".join(f"{who} {value:.2f}" for who, value in row.items()))


if __name__ == "__main__":
    main()
