"""Where the documents of a valid bundle contradict its confusion matrix."""

from collections.abc import Iterator

from taskclf.model_registry.contract.documents import BundleMetrics, ModelMetadata
from taskclf.model_registry.contract.problem import Problem, problem_at
from taskclf.model_registry.evidence.model import Evidence
from taskclf.model_registry.evidence.scores import scores_from

_ROUNDING = 0.5e-4 + 1e-9
"""Half a unit of the fourth digit, and room for the producer's floating-point sums."""


def inconsistencies(
    metrics: BundleMetrics,
    metadata: ModelMetadata,
    evidence: Evidence | None = None,
) -> list[Problem]:
    """Return where the two documents of a valid bundle contradict the confusion matrix.

    The bundle stays valid whatever is found, because the contract does not require consistency. A
    reported F1 agrees with the matrix if they differ by at most 0.00005: rounding to four digits.

    Args:
        metrics: The document with the matrix.
        metadata: The document with the `label_set`.
        evidence: The result of `evidence_from(metrics)`, if you have it already.

    Returns:
        Findings of type `macro_f1_inconsistent`, `weighted_f1_inconsistent` and
        `label_names_inconsistent`, each with its pointer into `metrics.json`.
    """
    scores = evidence or scores_from(metrics)
    return list(contradictions(metrics, metadata, scores.macro_f1, scores.weighted_f1))


def contradictions(
    metrics: BundleMetrics, metadata: ModelMetadata, macro_f1: float, weighted_f1: float
) -> Iterator[Problem]:
    """Yield what `inconsistencies` returns, given the scores that follow from the matrix."""
    for name, reported, computed in (
        ("macro_f1", metrics.macro_f1, macro_f1),
        ("weighted_f1", metrics.weighted_f1, weighted_f1),
    ):
        if abs(reported - computed) > _ROUNDING:
            message = (
                f"Differs by {abs(reported - computed):.5f} from the confusion matrix, "
                f"which gives {computed:.5f} for all of label_names with zero_division=0"
            )
            yield problem_at(f"{name}_inconsistent", message, "metrics.json", (name,))
    missing = set(metadata.label_set).difference(metrics.label_names)
    unexpected = set(metrics.label_names).difference(metadata.label_set)
    if missing or unexpected:
        message = (
            "Should contain the labels of label_set in metadata.json, in any order; "
            f"{len(missing)} of them missing, {len(unexpected)} unexpected"
        )
        yield problem_at("label_names_inconsistent", message, "metrics.json", ("label_names",))
