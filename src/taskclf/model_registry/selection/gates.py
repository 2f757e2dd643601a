"""Which gates of a policy a bundle fails: gate, place, observed value and required value."""

from collections.abc import Iterator, Mapping

from taskclf.model_registry.contract.documents import BundleMetrics, DocumentName, ModelMetadata
from taskclf.model_registry.contract.printable import quoted
from taskclf.model_registry.contract.problem import Problem, problem_at
from taskclf.model_registry.evidence.consistency import contradictions
from taskclf.model_registry.evidence.scores import scores_from
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.selection.policy import SelectionPolicy


def failed_gates(bundle: ModelBundle, policy: SelectionPolicy) -> list[Problem]:
    """Return each gate that a valid bundle fails, in the order of the policy's fields.

    The type of the problem is the gate's name. Its pointer leads to a reported score, the row of a
    class in the confusion matrix, or the matrix.

    Args:
        bundle: The bundle to check. An invalid one fails no gate.
        policy: The gates. Version 1 has none.
    """
    if policy.version == 1 or bundle.documents is None:
        return []
    return list(_failed(*bundle.documents, policy))


def _failed(
    metadata: ModelMetadata, metrics: BundleMetrics, policy: SelectionPolicy
) -> Iterator[Problem]:
    scores = scores_from(metrics)
    if policy.require_consistent_metrics:
        for finding in contradictions(metrics, metadata, scores.macro_f1, scores.weighted_f1):
            name = finding.pointer[1:]
            message = f"inconsistent {name}: {finding.message}"
            yield _failure("require_consistent_metrics", message, (name,))
    # The lower of the reported score and the matrix's counts: exaggerating should not help.
    for name, observed, required in (
        ("macro_f1", min(metrics.macro_f1, scores.macro_f1), policy.min_macro_f1),
        ("weighted_f1", min(metrics.weighted_f1, scores.weighted_f1), policy.min_weighted_f1),
    ):
        if required is not None and observed < required:
            yield _failure(f"min_{name}", f"{name} {_compared(observed, required)}", (name,))

    rows = {label: index for index, label in enumerate(metrics.label_names)}
    # A class that the model predicts but nobody evaluated has zeros.
    zeros = dict.fromkeys(metadata.label_set, 0)
    precision, recall, support = (
        zeros | dict(zip(rows, values, strict=True))
        for values in (scores.precision, scores.recall, scores.support)
    )
    yield from _lowest_below("precision", precision, policy.min_class_precision, rows)
    yield from _lowest_below("recall", recall, policy.min_class_recall, rows)
    for name, by_label, gates in (
        ("precision", precision, policy.min_precision),
        ("recall", recall, policy.min_recall),
    ):
        for label, required in sorted((gates or {}).items()):
            if by_label.get(label, 0) < required:
                message = f"{_of(name, label)} {_compared(by_label.get(label, 0), required)}"
                yield _failure(f"min_{name}", message, _row(label, rows))
    if policy.min_samples is not None and scores.samples < policy.min_samples:
        message = f"samples {_compared(scores.samples, policy.min_samples)}"
        yield _failure("min_samples", message, ("confusion_matrix",))
    yield from _lowest_below("support", support, policy.min_class_support, rows)

    allowed = policy.data_provenance
    if allowed is not None and metadata.data_provenance not in allowed:
        found = repr(metadata.data_provenance) if metadata.data_provenance else "unknown"
        message = f"data_provenance {found} not in {', '.join(map(repr, allowed))}"
        yield _failure("data_provenance", message, ("data_provenance",), "metadata.json")


def _lowest_below(
    name: str, observed: Mapping[str, float], required: float | None, rows: Mapping[str, int]
) -> Iterator[Problem]:
    if required is None:
        return
    below = sorted((value, label) for label, value in observed.items() if value < required)
    if below:
        value, label = below[0]
        others = f" (lowest of {len(below)})" if len(below) > 1 else ""
        message = f"{_of(name, label)} {_compared(value, required)}{others}"
        yield _failure(f"min_class_{name}", message, _row(label, rows))


def _row(label: str, rows: Mapping[str, int]) -> tuple[str | int, ...]:
    return ("confusion_matrix", rows[label]) if label in rows else ("label_names",)


def _failure(
    gate: str, message: str, at: tuple[str | int, ...], document: DocumentName = "metrics.json"
) -> Problem:
    return problem_at(gate, message, document, at)


def _of(name: str, label: str) -> str:
    return f"{name}[{quoted(label, 40)}]"


def _compared(observed: float, required: float) -> str:
    """Write both numbers with so many digits that the requirement is exact and the gap visible."""
    if isinstance(required, int):
        return f"{observed} < {required}"
    for digits in range(3, 17):
        shown, limit = f"{observed:.{digits}f}", f"{required:.{digits}f}"
        if float(limit) == required and float(shown) < required:
            return f"{shown} < {limit}"
    return f"{observed!r} < {required!r}"
