"""What people would use instead, and the least that any of them has to do."""

import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
from bundles import LABELS, SCHEMA_HASH
from pydantic import BaseModel
from pydantic_core import from_json


def floor(models_dir: Path) -> list[Any]:
    """Read and parse both documents of every bundle, validate nothing, keep everything."""
    parsed: list[Any] = []
    with os.scandir(models_dir) as entries:
        for entry in entries:
            for name in ("metadata.json", "metrics.json"):
                try:
                    fd = os.open(f"{entry.path}/{name}", os.O_RDONLY)
                except FileNotFoundError:
                    continue
                parsed.append(from_json(os.read(fd, os.fstat(fd).st_size + 1)))
                os.close(fd)
    return parsed


class Metadata(BaseModel):
    """The document as one writes it down in a minute: types alone, pydantic's lax reading."""

    schema_version: str
    schema_hash: str
    label_set: list[str]
    train_date_from: date
    train_date_to: date
    params: dict[str, Any]
    git_commit: str
    dataset_hash: str
    created_at: datetime
    reject_threshold: float | None = None
    data_provenance: str | None = None


class Metrics(BaseModel):
    """Likewise."""

    macro_f1: float
    weighted_f1: float
    label_names: list[str]
    confusion_matrix: list[list[int]]


def pathlib_loop(models_dir: Path) -> Path | None:
    """Select with the loop that stands in most projects: load all, filter, take the best."""
    loaded = []
    for path in sorted(models_dir.iterdir()):
        try:
            metadata = Metadata(**json.loads((path / "metadata.json").read_text()))
            metrics = Metrics(**json.loads((path / "metrics.json").read_text()))
        except (OSError, ValueError):
            continue
        loaded.append((path, metadata, metrics))
    compatible = [
        (metrics.macro_f1, metrics.weighted_f1, metadata.created_at, path)
        for path, metadata, metrics in loaded
        if metadata.schema_hash == SCHEMA_HASH and set(metadata.label_set) == set(LABELS)
    ]
    return max(compatible)[-1] if compatible else None


QUERY = r"""
WITH metadata AS (
    SELECT *, parse_dirpath(filename) AS bundle
    FROM read_json($metadata, filename = true, format = 'unstructured', ignore_errors = true,
        columns = {schema_hash: 'VARCHAR', label_set: 'VARCHAR[]', created_at: 'TIMESTAMPTZ'})
), metrics AS (
    SELECT *, parse_dirpath(filename) AS bundle
    FROM read_json($metrics, filename = true, format = 'unstructured', ignore_errors = true,
        columns = {macro_f1: 'DOUBLE', weighted_f1: 'DOUBLE', confusion_matrix: 'BIGINT[][]'})
)
SELECT bundle, macro_f1, weighted_f1
FROM metadata JOIN metrics USING (bundle)
WHERE schema_hash = $schema_hash AND list_sort(label_set) = list_sort($labels)
ORDER BY macro_f1 DESC, weighted_f1 DESC, created_at DESC, bundle
"""


def query(connection: duckdb.DuckDBPyConnection, models_dir: Path) -> list[Any]:
    """Select with one SQL query over the files; reasons are lost."""
    parameters = {
        "metadata": f"{models_dir}/*/metadata.json",
        "metrics": f"{models_dir}/*/metrics.json",
        "schema_hash": SCHEMA_HASH,
        "labels": LABELS,
    }
    rows: list[Any] = connection.execute(QUERY, parameters).fetchall()
    return rows
