"""What gates cost: the time of a selection with every gate set against one without gates.

Both run in one process, in turns, so that only their ratio is of interest. Run from the root of
the repository: `python benchmarks/policy.py`.
"""

import json
import tempfile
import time
from pathlib import Path
from statistics import median

from taskclf.model_registry import SelectionPolicy, find_best_model

BUNDLES = 500
ROUNDS = 15
LABELS = ["Build", "Debug", "Meet", "Plan", "Read", "Review", "Test", "Write"]
NO_GATES = SelectionPolicy()
ALL_GATES = SelectionPolicy(
    version=2,
    require_consistent_metrics=True,
    min_macro_f1=0.5,
    min_weighted_f1=0.5,
    min_class_precision=0.5,
    min_class_recall=0.5,
    min_precision=dict.fromkeys(LABELS, 0.5),
    min_recall=dict.fromkeys(LABELS, 0.5),
    min_samples=100,
    min_class_support=10,
    data_provenance=["real"],
)


def publish(models_dir: Path) -> None:
    """Write bundles that pass every gate."""
    metadata = {
        "schema_version": "v1",
        "schema_hash": "4077c2e1",
        "label_set": LABELS,
        "train_date_from": "2026-01-01",
        "train_date_to": "2026-01-31",
        "params": {"C": 1.0},
        "git_commit": "unknown",
        "dataset_hash": "sha256:3b0c44298fc1",
        "created_at": "2026-02-26T12:34:56Z",
        "data_provenance": "real",
    }
    size = range(len(LABELS))
    metrics = {
        "macro_f1": 0.8511,  # 40 / 47, as the matrix has it
        "weighted_f1": 0.8511,
        "label_names": LABELS,
        "confusion_matrix": [[40 if row == column else 1 for column in size] for row in size],
    }
    for number in range(BUNDLES):
        directory = models_dir / f"bundle-{number:04}"
        directory.mkdir()
        (directory / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
        (directory / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")


def seconds(models_dir: Path, policy: SelectionPolicy) -> float:
    """Return how long one selection takes."""
    start = time.perf_counter()
    report = find_best_model(models_dir, policy, "4077c2e1", LABELS)
    elapsed = time.perf_counter() - start
    if len(report.ranked) != BUNDLES:
        raise RuntimeError(f"Expected {BUNDLES} ranked bundles: {report.excluded[:1]}")
    return elapsed


def main() -> None:
    """Print the time per bundle with each policy, and the ratio of both."""
    with tempfile.TemporaryDirectory() as directory:
        publish(Path(directory))
        times = [
            (seconds(Path(directory), NO_GATES), seconds(Path(directory), ALL_GATES))
            for _ in range(ROUNDS)
        ]
    without, with_gates = (median(column) for column in zip(*times, strict=True))
    print(f"policy 1: {without / BUNDLES * 1e6:.0f} µs per bundle")
    print(f"policy 2, every gate set: {with_gates / BUNDLES * 1e6:.0f} µs per bundle")
    print(f"ratio: {median(b / a for a, b in times):.2f}")


if __name__ == "__main__":
    main()
