"""Retrain the digits classifier, publish it, and replace the model in production if it is better.

    python examples/retrain.py work 2026-03-02-svm --samples 100
    python examples/retrain.py work 2026-03-09-svm --samples 1000

`work/models/` holds the bundles; the link `work/production`, beside them, leads to the one in use.
The exit code is 0 if the new model is in use now, and 1 if the old one stays.
"""

import argparse
import hashlib
import json
import os
import pickle
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC

from taskclf.model_registry import ModelMetadata, read_bundle
from taskclf.model_registry.compare import compare
from taskclf.model_registry.publish import metrics_from_predictions, publish_bundle


def train_and_publish(models_dir: Path, model_id: str, samples: int) -> None:
    """Train on the first samples, evaluate on the same held-out part each time, and publish."""
    digits = load_digits()
    names = [str(name) for name in digits.target_names]
    features, held_out, labels, true = train_test_split(
        digits.data,
        digits.target.astype(str),
        test_size=0.4,
        stratify=digits.target,
        random_state=0,
    )
    features, labels = features[:samples], labels[:samples]
    params = {"C": 1.0, "gamma": 0.001}
    model = SVC(**params).fit(features, labels)
    schema = [[name, features.dtype.name] for name in digits.feature_names]
    metadata = ModelMetadata(
        schema_version="v1",
        schema_hash=hashlib.sha256(json.dumps(schema).encode()).hexdigest(),
        label_set=names,
        train_date_from=date(1998, 7, 1),
        train_date_to=date(1998, 7, 31),
        params={**params, "samples": len(features)},
        git_commit="unknown",
        dataset_hash=hashlib.sha256(features.tobytes()).hexdigest(),
        created_at=datetime.now(UTC),
        data_provenance="real",
    )
    metrics = metrics_from_predictions(true, model.predict(held_out), names)
    with publish_bundle(models_dir, model_id, metadata, metrics) as directory:
        (directory / "model.pickle").write_bytes(pickle.dumps(model))
    print(f"Published {model_id}: macro F1 {metrics.macro_f1:.4f}")


def should_replace(candidate: Path, production: Path) -> bool:
    """Say whether the candidate is better than what is in production, and why."""
    if not production.exists():
        print("Nothing is in production yet.")
        return True
    # The link is named by what is behind it, so that the reason names a model.
    comparison = compare(read_bundle(candidate), read_bundle(production.resolve()))
    print(comparison.reason)
    return comparison.verdict == "better"


def deploy(bundle: Path, production: Path) -> None:
    """Lead the link to another bundle, at once: a reader finds the old one or the new one."""
    new = production.with_name(f".{production.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(bundle)
    os.replace(new, production)


def main() -> int:
    """Train, publish, compare, decide."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("work_dir", metavar="WORK_DIR", type=Path)
    parser.add_argument("model_id", metavar="MODEL_ID", help="name of the new bundle")
    parser.add_argument("--samples", type=int, default=1000, help="how many to learn from")
    options = parser.parse_args()
    work_dir = options.work_dir.resolve()
    candidate, production = work_dir / "models" / options.model_id, work_dir / "production"

    train_and_publish(candidate.parent, candidate.name, options.samples)
    replace = should_replace(candidate, production)
    if replace:
        deploy(candidate, production)
    print(f"In production: {production.resolve().name}")
    return 0 if replace else 1


if __name__ == "__main__":
    sys.exit(main())
