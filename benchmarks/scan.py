"""How much more a validated selection costs than reading the files: ratios, in one run.

Everything runs in turn in one process, several rounds, and medians are compared, so that a noisy
machine is noisy for all alike. Absolute times are shown for orientation and claim nothing.
"""

import argparse
import gc
import json
import os
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import duckdb
import pydantic
from bundles import LABELS, SCHEMA_HASH, label_names, write_bundles
from peers import floor, pathlib_loop, query

from taskclf.model_registry import SelectionPolicy, SelectionReport, find_best_model, list_bundles
from taskclf.model_registry.rendering import render

Contender = Callable[[], object]


def medians(contenders: dict[str, Contender], rounds: int) -> dict[str, float]:
    """Return the median seconds of each contender, run in turn with the collector running."""
    return {name: elapsed for name, (elapsed, _) in both_medians(contenders, rounds).items()}


def both_medians(contenders: dict[str, Contender], rounds: int) -> dict[str, tuple[float, float]]:
    """Return the median seconds of each contender that passed, and that processors worked."""
    elapsed: dict[str, list[float]] = {name: [] for name in contenders}
    worked: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            gc.collect()
            start, start_of_work = time.perf_counter(), time.process_time()
            result = run()
            elapsed[name].append(time.perf_counter() - start)
            worked[name].append(time.process_time() - start_of_work)
            del result
    return {
        name: (statistics.median(elapsed[name]), statistics.median(worked[name]))
        for name in contenders
    }


def select(
    models_dir: Path, labels: list[str], policy: SelectionPolicy | None = None
) -> Callable[[], SelectionReport]:
    """Return the selection as a consumer runs it, by default without gates."""
    return lambda: find_best_model(models_dir, policy or SelectionPolicy(), SCHEMA_HASH, labels)


def bytes_kept(models_dir: Path, bundles: int) -> float:
    """Return the bytes that one bundle of a list keeps."""
    list_bundles(models_dir)  # What is allocated once is not a bundle's.
    gc.collect()
    tracemalloc.start()
    kept = list_bundles(models_dir)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return size / bundles


def without_collection(run: Contender) -> Contender:
    """Return the same with the collector held back, as the library does it."""

    def paused() -> object:
        gc.disable()
        try:
            return run()
        finally:
            gc.enable()

    return paused


def measure(work: Path, bundles: int, rounds: int) -> dict[str, float]:
    """Return every figure of the table by name."""
    models_dir = write_bundles(work / "scan", bundles)
    connection = duckdb.connect()
    both = both_medians(
        {
            "floor": lambda: floor(models_dir),
            "paused floor": without_collection(lambda: floor(models_dir)),
            "list_bundles": lambda: list_bundles(models_dir),
            "find_best_model": select(models_dir, LABELS),
            "pathlib loop": lambda: pathlib_loop(models_dir),
            "DuckDB": lambda: query(connection, models_dir),
        },
        rounds,
    )
    seconds = {name: elapsed for name, (elapsed, _) in both.items()}
    work_of = {name: worked for name, (_, worked) in both.items()}
    figures = {f"{name} / floor": value / seconds["floor"] for name, value in seconds.items()}
    selection, work_of_selection = seconds["find_best_model"], work_of["find_best_model"]
    figures["find_best_model / paused floor"] = selection / seconds["paused floor"]
    for peer in ("pathlib loop", "DuckDB"):
        figures[f"{peer} / find_best_model"] = seconds[peer] / selection
        # DuckDB works in as many threads as there are processors.
        work_of_peer = work_of[peer] / work_of_selection
        figures[f"{peer} / find_best_model, processor time"] = work_of_peer
    figures |= afterwards(models_dir, selection, rounds)
    figures |= growth(work, bundles, rounds)
    figures |= invalid_share(work, bundles // 10, rounds)
    figures |= gates(work, bundles // 10, rounds)
    figures |= cells(work, bundles // 10, rounds)
    valid = write_bundles(work / "valid", bundles // 10, invalid=0)
    figures["bytes kept by a bundle of 8 labels"] = bytes_kept(valid, bundles // 10)
    for name in ("floor", "find_best_model"):
        figures[f"microseconds for a bundle, {name}"] = seconds[name] / bundles * 1e6
        work_of_one = work_of[name] / bundles * 1e6
        figures[f"microseconds for a bundle, {name}, processor time"] = work_of_one
    return figures


def afterwards(models_dir: Path, selection: float, rounds: int) -> dict[str, float]:
    """Compare what is done with a report with the scan that made it."""
    report = select(models_dir, LABELS)()
    stored = report.model_dump_json()
    seconds = medians(
        {
            "storing the report": report.model_dump_json,
            "reading a stored report": lambda: SelectionReport.model_validate_json(stored),
            "a page of the report": lambda: render(report, "html"),
        },
        rounds,
    )
    return {f"{name} / find_best_model": value / selection for name, value in seconds.items()}


def growth(work: Path, bundles: int, rounds: int) -> dict[str, float]:
    """Compare the cost of a bundle among few with that among many."""
    few, many = bundles // 10, bundles * 5 // 2
    seconds = medians(
        {
            "few": select(write_bundles(work / "few", few), LABELS),
            "many": select(write_bundles(work / "many", many), LABELS),
        },
        rounds,
    )
    return {f"a bundle of {many} / of {few}": seconds["many"] / many / (seconds["few"] / few)}


def invalid_share(work: Path, bundles: int, rounds: int) -> dict[str, float]:
    """Compare a scan where half of the bundles are invalid with one where none is."""
    seconds = medians(
        {
            "half": select(write_bundles(work / "half", bundles, invalid=0.5), LABELS),
            "none": select(write_bundles(work / "valid", bundles, invalid=0), LABELS),
        },
        3 * rounds,  # These are short.
    )
    return {"half invalid / all valid": seconds["half"] / seconds["none"]}


GATES = SelectionPolicy(
    version=2,
    min_macro_f1=0.1,
    min_weighted_f1=0.1,
    min_class_precision=0.1,
    min_class_recall=0.1,
    min_precision=dict.fromkeys(LABELS, 0.1),
    min_recall=dict.fromkeys(LABELS, 0.1),
    min_samples=100,
    min_class_support=10,
    data_provenance=["real"],
)
"""Every gate on scores, counts and provenance; all bundles pass."""


def gates(work: Path, bundles: int, rounds: int) -> dict[str, float]:
    """Compare a selection with many gates with one that has none."""
    models_dir = write_bundles(work / "valid", bundles, invalid=0)
    seconds = medians(
        {"gates": select(models_dir, LABELS, GATES), "none": select(models_dir, LABELS)},
        3 * rounds,  # These are short.
    )
    return {"many gates / none": seconds["gates"] / seconds["none"]}


def cells(work: Path, bundles: int, rounds: int) -> dict[str, float]:
    """Compare with the floor for larger matrices, and the cost of their cells."""
    figures: dict[str, float] = {}
    for labels in (100, 1000):
        count = max(2, 4 * bundles * 64 // labels**2)
        models_dir = write_bundles(work / f"{labels}-labels", count, labels=labels, invalid=0)
        seconds = medians(
            {
                "floor": lambda at=models_dir: floor(at),  # type: ignore[misc]
                "select": select(models_dir, label_names(labels)),
            },
            3 * rounds,  # These are short.
        )
        figures[f"find_best_model / floor, {labels} labels"] = seconds["select"] / seconds["floor"]
        cell = seconds["select"] / count / labels**2
        figures[f"nanoseconds for a cell, {labels} labels"] = cell * 1e9
    return figures


TARGETS: dict[str, tuple[str, float]] = {
    "find_best_model / floor": ("≤", 1.8),
    "find_best_model / paused floor": ("≤", 2.5),
    "pathlib loop / find_best_model": ("≥", 1.9),
    "DuckDB / find_best_model, processor time": ("≥", 4.0),
    "reading a stored report / find_best_model": ("≤", 1.5),
    "a page of the report / find_best_model": ("≤", 0.5),
    "a bundle of 50000 / of 2000": ("≤", 1.15),
    "half invalid / all valid": ("≤", 1.1),
    "find_best_model / floor, 100 labels": ("≤", 1.3),
    "find_best_model / floor, 1000 labels": ("≤", 1.7),
    "bytes kept by a bundle of 8 labels": ("≤", 4096),
}


def holds(name: str, value: float) -> str:
    """Return the target that a figure has and whether it holds."""
    if name not in TARGETS:
        return ""
    sign, bound = TARGETS[name]
    held = value <= bound if sign == "≤" else value >= bound
    return f"{sign} {bound:g}: {'holds' if held else 'MISSED'}"


def main() -> None:
    """Print the table of figures; write it as JSON too where asked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--bundles", type=int, default=20_000, help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bundles-") as work:
        figures = measure(Path(work), arguments.bundles, arguments.rounds)
    print(f"{arguments.bundles} bundles, medians of {arguments.rounds} rounds, "
          f"Python {sys.version.split()[0]}, pydantic {pydantic.VERSION}, "
          f"DuckDB {duckdb.__version__}, {os.cpu_count()} processors")  # fmt: skip
    for name, value in figures.items():
        print(f"{name:52} {value:10.2f}  {holds(name, value)}".rstrip())
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
