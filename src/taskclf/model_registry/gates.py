"""Which gates of a policy a bundle fails, in words: observed value, required value."""

from collections.abc import Iterator, Mapping

from taskclf.model_registry.bundle import ModelBundle
from taskclf.model_registry.documents import BundleMetrics, ModelMetadata
from taskclf.model_registry.evidence import inconsistencies, scores_from
from taskclf.model_registry.printable import quoted
from taskclf.model_registry.selection import SelectionPolicy

_SHOWN = 20


def failed_gates(bundle: ModelBundle, policy: SelectionPolicy) -> str:
    """Return the gates that a valid bundle fails, joined into one line; empty if it fails none.

    All of them are told, up to 20; after these comes how many more there are.
    """
    if policy.version == 1 or bundle.metadata is None or bundle.metrics is None:
        return ""
    failed = list(_failed(bundle.metadata, bundle.metrics, policy))
    if len(failed) > _SHOWN:
        failed[_SHOWN:] = [f"and {len(failed) - _SHOWN} more"]
    return "; ".join(failed)


def _failed(
    metadata: ModelMetadata, metrics: BundleMetrics, policy: SelectionPolicy
) -> Iterator[str]:
    scores = scores_from(metrics)
    if policy.require_consistent_metrics:
        for finding in inconsistencies(metrics, metadata, scores):
            yield f"inconsistent {finding.pointer[1:]}: {finding.message}"
    # Of a reported score and what the matrix gives, nobody should gain by the higher one.
    macro_f1 = min(metrics.macro_f1, scores.macro_f1)
    weighted_f1 = min(metrics.weighted_f1, scores.weighted_f1)
    yield from _below("macro_f1", macro_f1, policy.min_macro_f1)
    yield from _below("weighted_f1", weighted_f1, policy.min_weighted_f1)

    # A class that the model predicts but nobody evaluated has zeros.
    zeros = dict.fromkeys(metadata.label_set, 0)
    precision, recall, support = (
        zeros | dict(zip(metrics.label_names, values, strict=True))
        for values in (scores.precision, scores.recall, scores.support)
    )
    yield from _lowest_below("precision", precision, policy.min_class_precision)
    yield from _lowest_below("recall", recall, policy.min_class_recall)
    for name, observed, gates in (
        ("precision", precision, policy.min_precision),
        ("recall", recall, policy.min_recall),
    ):
        for label, required in sorted((gates or {}).items()):
            if observed.get(label, 0) < required:
                yield f"{_of(name, label)} {_compared(observed.get(label, 0), required)}"
    yield from _below("samples", scores.samples, policy.min_samples)
    yield from _lowest_below("support", support, policy.min_class_support)

    allowed = policy.data_provenance
    if allowed is not None and metadata.data_provenance not in allowed:
        found = repr(metadata.data_provenance) if metadata.data_provenance else "unknown"
        yield f"data_provenance {found} not in {', '.join(map(repr, allowed))}"


def _below(what: str, observed: float, required: float | None) -> Iterator[str]:
    if required is not None and observed < required:
        yield f"{what} {_compared(observed, required)}"


def _lowest_below(
    name: str, observed: Mapping[str, float], required: float | None
) -> Iterator[str]:
    if required is None:
        return
    below = sorted((value, label) for label, value in observed.items() if value < required)
    if below:
        value, label = below[0]
        others = f" (lowest of {len(below)})" if len(below) > 1 else ""
        yield f"{_of(name, label)} {_compared(value, required)}{others}"


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
