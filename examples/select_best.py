"""Select the best model for a consumer of 8x8 digit images, and say why: the consumer's side.

It needs the library alone: neither scikit-learn nor the models themselves. The command line shows
the same decision as tables: `taskclf-registry rank MODELS_DIR --like BUNDLE`.
"""

import argparse
import sys
from pathlib import Path

from taskclf.model_registry import SelectionPolicy, find_best_model, score

# What this consumer is built for: the features it computes and the labels it can act on.
REQUIRED_SCHEMA_HASH = "85e94657205f7ae421cd9c374c925ba9751f7dc8362971bdcaf3321bc81f1d5b"
REQUIRED_LABEL_SET = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}
# Scores that don't follow from the confusion matrix would rank a bundle where it doesn't belong.
POLICY = SelectionPolicy(version=2, require_consistent_metrics=True)


def main() -> int:
    """Print best model, ranking and exclusions; return 0 if there is a best model, else 1."""
    parser = argparse.ArgumentParser(
        description="Print the best model of a models directory for a consumer of 8x8 digit "
        "images, the ranking, and why each other bundle is excluded. Exit code: 0 if there is "
        "a best model, 1 if there is none, 2 if the directory cannot be read."
    )
    parser.add_argument("models_dir", metavar="MODELS_DIR", type=Path, help="parent of the bundles")
    models_dir: Path = parser.parse_args().models_dir

    try:
        # For the library, a missing directory holds no model yet; here it is a mistyped path.
        models_dir.stat()
        report = find_best_model(models_dir, POLICY, REQUIRED_SCHEMA_HASH, REQUIRED_LABEL_SET)
    except OSError as error:
        print(f"select_best: {error}", file=sys.stderr)
        return 2

    print("Best:", printable(report.best.model_id) if report.best else "none")
    print(f"\nRanked: {len(report.ranked)}")
    for bundle in report.ranked:
        macro_f1, weighted_f1, _ = score(bundle, report.policy)
        print(f"  {macro_f1:.4f}  {weighted_f1:.4f}  {printable(bundle.model_id)}")
    print(f"\nExcluded: {len(report.excluded)}")
    for record in report.excluded:
        print(f"  {printable(record.model_id)}: {record.reason}")
    return 0 if report.best else 1


def printable(text: str) -> str:
    """Return a directory's name such that it cannot control the terminal."""
    return text if text.isprintable() else ascii(text)


if __name__ == "__main__":
    sys.exit(main())
