"""Train scikit-learn classifiers and publish one bundle each: the producer's side.

Every model is a real one, trained on data that ships with scikit-learn and evaluated on
a held-out part of it. Seeds and time stamps are fixed, so a second run writes the same bytes.
"""

import argparse
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue
from sklearn.datasets import load_digits, load_wine
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from taskclf.model_registry import BundleMetrics, ModelMetadata
from taskclf.model_registry.publish import metrics_from_predictions, publish_bundle

METADATA = "metadata.json"
METRICS = "metrics.json"

Documents = dict[str, str]
"""The text of a bundle's documents by file name."""


@dataclass(frozen=True)
class Task:
    """A data set to learn from, with what the metadata says about it."""

    schema_version: str
    feature_names: list[str]
    features: NDArray[np.float64]
    label_names: list[str]
    labels: NDArray[np.str_]
    collected: tuple[date, date]


@dataclass(frozen=True)
class Run:
    """One training run: a classifier with its hyperparameters on one task."""

    model_id: str
    task: str
    classifier: Callable[..., Any]
    params: dict[str, JsonValue]
    created_at: str


RUNS = [
    Run("digits-dummy", "digits", DummyClassifier,
        {"strategy": "prior"}, "2025-11-03T09:00:00Z"),
    Run("digits-naive-bayes", "digits", GaussianNB,
        {"var_smoothing": 1e-3}, "2025-11-03T09:05:00Z"),
    Run("digits-logistic-regression", "digits", LogisticRegression,
        {"C": 0.01, "max_iter": 1000}, "2025-11-04T08:30:00+09:00"),
    # The same model again: the scores are equal, and the later instant decides. It is the
    # later one although its clock, in another time zone, showed an earlier hour.
    Run("digits-logistic-regression-rerun", "digits", LogisticRegression,
        {"C": 0.01, "max_iter": 1000}, "2025-11-04T00:15:00Z"),
    Run("digits-random-forest", "digits", RandomForestClassifier,
        {"n_estimators": 100, "random_state": 0}, "2025-11-04T10:20:00+01:00"),
    Run("digits-gradient-boosting", "digits", GradientBoostingClassifier,
        {"n_estimators": 60, "max_depth": 2, "max_features": "sqrt", "random_state": 0},
        "2025-11-04T10:40:00+01:00"),
    # Two pairs, each closer in F1 than a test set of this size can tell apart.
    Run("digits-knn-1", "digits", KNeighborsClassifier,
        {"n_neighbors": 1}, "2025-11-05T14:00:00-05:00"),
    Run("digits-knn-3", "digits", KNeighborsClassifier,
        {"n_neighbors": 3}, "2025-11-05T14:10:00-05:00"),
    Run("digits-svm-c1", "digits", SVC,
        {"C": 1.0, "gamma": 0.001}, "2025-11-06T11:30:00+05:30"),
    Run("digits-svm-c10", "digits", SVC,
        {"C": 10.0, "gamma": 0.001}, "2025-11-06T11:45:00+05:30"),
    # Good models, but not for a consumer who feeds 8x8 pixels in and expects ten digits.
    Run("digits-4x4-random-forest", "digits-4x4", RandomForestClassifier,
        {"n_estimators": 100, "random_state": 0}, "2025-11-07T09:00:00Z"),
    Run("digits-parity-svm", "digits-parity", SVC,
        {"C": 1.0, "gamma": 0.001}, "2025-11-07T09:10:00Z"),
    Run("wine-naive-bayes", "wine", GaussianNB,
        {"var_smoothing": 1e-9}, "2025-11-07T09:20:00Z"),
]  # fmt: skip


def load_tasks() -> dict[str, Task]:
    """Return the four tasks by name.

    The dates are those that scikit-learn's descriptions of the data sets give.
    """
    digits, wine = load_digits(), load_wine()
    ten_digits = [str(name) for name in digits.target_names]
    cultivars = [str(name) for name in wine.target_names]
    pixels = Task(
        schema_version="v1",
        feature_names=digits.feature_names,
        features=digits.data,
        label_names=ten_digits,
        labels=np.array(ten_digits)[digits.target],
        collected=(date(1998, 7, 1), date(1998, 7, 31)),
    )
    return {
        "digits": pixels,
        "digits-4x4": replace(
            pixels,
            schema_version="v2",
            feature_names=[f"block_{row}_{column}" for row in range(4) for column in range(4)],
            features=digits.images.reshape(-1, 4, 2, 4, 2).mean(axis=(2, 4)).reshape(-1, 16),
        ),
        "digits-parity": replace(
            pixels,
            label_names=["even", "odd"],
            labels=np.array(["even", "odd"])[digits.target % 2],
        ),
        "wine": Task(
            schema_version="v1",
            feature_names=wine.feature_names,
            features=wine.data,
            label_names=cultivars,
            labels=np.array(cultivars)[wine.target],
            collected=(date(1988, 7, 1), date(1988, 7, 31)),
        ),
    }


def hash_schema(task: Task) -> str:
    """Hash names, types and order of the features: what a consumer must feed to the model."""
    schema = [{"dtype": task.features.dtype.name, "name": name} for name in task.feature_names]
    canonical = json.dumps(schema, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def hash_dataset(features: NDArray[np.float64], labels: NDArray[np.str_]) -> str:
    """Hash the arrays that a model learns from, independent of the machine's byte order."""
    digest = hashlib.sha256(features.astype("<f8").tobytes())
    digest.update(json.dumps(labels.tolist()).encode())
    return digest.hexdigest()


def train(run: Run, task: Task) -> tuple[ModelMetadata, BundleMetrics]:
    """Train and evaluate one classifier, and describe it in the two documents of a bundle."""
    train_features, test_features, train_labels, test_labels = train_test_split(
        task.features, task.labels, test_size=0.4, stratify=task.labels, random_state=0
    )
    classifier = run.classifier(**run.params)
    classifier.fit(train_features, train_labels)
    metadata = ModelMetadata(
        schema_version=task.schema_version,
        schema_hash=hash_schema(task),
        label_set=task.label_names,
        train_date_from=task.collected[0],
        train_date_to=task.collected[1],
        params={"estimator": type(classifier).__name__, **run.params},
        git_commit="unknown",
        dataset_hash=hash_dataset(train_features, train_labels),
        created_at=datetime.fromisoformat(run.created_at),
        data_provenance="real",
    )
    metrics = metrics_from_predictions(
        test_labels, classifier.predict(test_features), task.label_names
    )
    return metadata, rounded(metrics)


def rounded(metrics: BundleMetrics) -> BundleMetrics:
    """Round F1 to 4 digits, more than the held-out samples support."""
    scores = {name: round(getattr(metrics, name), 4) for name in ("macro_f1", "weighted_f1")}
    return metrics.model_copy(update=scores)


def break_copies(good: dict[str, Documents]) -> dict[str, Documents]:
    """Return copies of good bundles, each with one defect that producers do publish.

    They are here on purpose, so that the examples show how a defect is reported.
    """
    svm = good["digits-svm-c10"]
    knn = good["digits-knn-3"]
    boosting = good["digits-gradient-boosting"]
    forest = good["digits-random-forest"]
    logistic = good["digits-logistic-regression"]

    cut = knn[METRICS].index('"label_names"') + len('"label_')
    matrix = json.loads(forest[METRICS])["confusion_matrix"]
    matrix[3].pop()
    return {
        "digits-svm-no-metrics": {METADATA: svm[METADATA]},
        "digits-knn-truncated-metrics": {**knn, METRICS: knn[METRICS][:cut]},
        "digits-boosting-f1-of-1.2": edit(boosting, METRICS, macro_f1=1.2),
        "digits-forest-short-row": edit(forest, METRICS, confusion_matrix=matrix),
        "digits-logistic-naive-timestamp": edit(
            logistic, METADATA, created_at="2025-11-04T08:30:00"
        ),
    }


def edit(documents: Documents, name: str, **changes: JsonValue) -> Documents:
    """Return the documents with some values of one of them replaced, right or wrong."""
    changed = json.loads(documents[name]) | changes
    return {**documents, name: json.dumps(changed, indent=2) + "\n"}


def read_text(bundle: Path) -> Documents:
    """Return the text of both documents of a bundle."""
    return {name: (bundle / name).read_text(encoding="utf-8") for name in (METADATA, METRICS)}


def write_broken(bundle: Path, documents: Documents) -> None:
    """Write documents as they are: `publish_bundle` would refuse them."""
    shutil.rmtree(bundle, ignore_errors=True)
    bundle.mkdir()
    for name, text in documents.items():
        (bundle / name).write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    """Train all runs and publish their bundles, the broken copies last."""
    parser = argparse.ArgumentParser(
        description="Train scikit-learn classifiers on the digits and wine data that ship with "
        "scikit-learn, and write one bundle (metadata.json, metrics.json) for each; in "
        "addition, a few bundles that are broken on purpose. Bundles of the same name are "
        "replaced, others left alone."
    )
    parser.add_argument(
        "out_dir",
        metavar="OUT_DIR",
        nargs="?",
        type=Path,
        default=Path(__file__).resolve().parent / "models",
        help="models directory to write to; created if missing (default: models, beside "
        "this script)",
    )
    out_dir: Path = parser.parse_args().out_dir

    tasks = load_tasks()
    for run in RUNS:
        metadata, metrics = train(run, tasks[run.task])
        shutil.rmtree(out_dir / run.model_id, ignore_errors=True)
        with publish_bundle(out_dir, run.model_id, metadata, metrics):
            pass  # Here a trainer saves its model, into the directory that it is given.
        print(f"trained  {run.model_id}")
    good = {run.model_id: read_text(out_dir / run.model_id) for run in RUNS}
    for model_id, documents in break_copies(good).items():
        write_broken(out_dir / model_id, documents)
        print(f"broken   {model_id}  (on purpose)")


if __name__ == "__main__":
    main()
