"""Realistic bundles by the thousand, the same ones for the same seed."""

import json
import random
from pathlib import Path

SCHEMA_HASH = "4077c2e1" * 8
LABELS = ["Build", "Debug", "Write", "Review", "Meet", "Browse", "Idle", "BreakIdle"]


def label_names(count: int) -> list[str]:
    """Return `count` labels, the well-known eight first."""
    return [*LABELS, *(f"Label{i:04}" for i in range(8, count))][:count]


def write_bundles(
    models_dir: Path, bundles: int, *, labels: int = 8, invalid: float = 0.05, seed: int = 0
) -> Path:
    """Write `bundles` bundles of `labels` labels each, a share `invalid` of them broken.

    Returns:
        `models_dir`, which is created; one that is there already is taken as it is.
    """
    if models_dir.exists():
        return models_dir
    chance = random.Random(seed)  # noqa: S311 - a benchmark, not a secret
    names = label_names(labels)
    for number in range(bundles):
        bundle = models_dir / f"2026-{number:06}"
        bundle.mkdir(parents=True)
        documents = {
            "metadata.json": metadata(number, names),
            "metrics.json": metrics(chance, names),
        }
        if chance.random() < invalid:
            spoil(chance, documents)
        for name, document in documents.items():
            # A cell to a line would take a matrix of 1000 labels over the size limit.
            text = json.dumps(document, indent=2 if labels == len(LABELS) else None)
            (bundle / name).write_text(text, encoding="utf-8")
    return models_dir


def metadata(number: int, names: list[str]) -> dict[str, object]:
    """Return what a training job writes, with every optional field but one."""
    return {
        "schema_version": "v1",
        "schema_hash": SCHEMA_HASH,
        "label_set": names,
        "train_date_from": "2026-01-01",
        "train_date_to": "2026-01-31",
        "params": {"C": 1.0, "max_iter": 200, "solver": "lbfgs", "seed": number},
        "git_commit": "9fceb02d0ae598e95dc970b74767f19372d61af8",
        "dataset_hash": "3b0c44298fc1c149" * 4,
        "created_at": f"2026-02-{number % 28 + 1:02}T12:34:56Z",
        "reject_threshold": 0.55,
        "data_provenance": "real",
        "unknown_category_freq_threshold": 5,
    }


def metrics(chance: random.Random, names: list[str]) -> dict[str, object]:
    """Return plausible scores and a matrix with most of its counts on the diagonal."""
    return {
        "macro_f1": round(chance.uniform(0.5, 1.0), 4),
        "weighted_f1": round(chance.uniform(0.5, 1.0), 4),
        "label_names": names,
        "confusion_matrix": [
            [
                chance.randrange(150, 250) if row == column else chance.randrange(20)
                for column in names
            ]
            for row in names
        ],
    }


def spoil(chance: random.Random, documents: dict[str, dict[str, object]]) -> None:
    """Break the documents in one of the ways that producers do."""
    match chance.randrange(4):
        case 0:
            del documents["metrics.json"]
        case 1:
            documents["metrics.json"]["macro_f1"] = 1.2
        case 2:
            documents["metadata.json"]["created_at"] = "2026-02-26T12:34:56"
        case _:
            del documents["metadata.json"]["schema_hash"]
