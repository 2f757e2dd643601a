"""Scores by class: of one model, or of two side by side."""

from taskclf.model_registry.contract.documents import BundleMetrics
from taskclf.model_registry.evidence import ClassEvidence, evidence_from
from taskclf.model_registry.evidence.difference import Difference, difference_of
from taskclf.model_registry.evidence.limits import Limits
from taskclf.model_registry.rendering.blocks import (
    axis_of_differences,
    axis_of_scores,
    count_of,
    estimated,
    short,
)
from taskclf.model_registry.rendering.content import Block, Cell, Column, Estimate, Note, Table

_SHOWN = 100


def classes_of(name: str, metrics: BundleMetrics) -> tuple[Block, ...]:
    """Return precision, recall and F1 of each class with its interval, worst first."""
    evidence = evidence_from(metrics)
    classes = sorted(evidence.classes, key=_worst_first)
    estimates = [Estimate(c.f1, c.f1_interval.low, c.f1_interval.high) for c in classes[:_SHOWN]]
    columns = (
        Column("Label", "name"),
        Column("Samples", "number", drop=5),
        Column("Precision", "number", drop=4),
        Column("Recall", "number", drop=2),
        Column("F1", "number", axis=axis_of_scores(estimates)),
    )
    rows = tuple(
        (c.label, f"{c.support:,}", f"{c.precision:.4f}", f"{c.recall:.4f}", estimate)
        for c, estimate in zip(classes, estimates, strict=False)
    )
    note = Note(f"{short(name)}, evaluated on {count_of(evidence.samples, 'sample')}.")
    return note, Table(columns, rows, hidden=len(classes) - len(rows))


def classes_beside(
    one: tuple[str, BundleMetrics], other: tuple[str, BundleMetrics]
) -> tuple[Block, ...]:
    """Return the classes of one model, worst first, beside the F1 of another's."""
    (name, metrics), (other_name, of_other) = one, other
    evidence, theirs = evidence_from(metrics), evidence_from(of_other)
    by_label = {c.label: c for c in theirs.classes}
    classes = sorted(evidence.classes, key=_worst_first)
    pairs = [(c, by_label.get(c.label)) for c in classes[:_SHOWN]]
    differences = [estimated(_difference(c, d)) if d else None for c, d in pairs]
    columns = (
        Column("Label", "name"),
        Column("Samples", "number", drop=6),
        Column("Precision", "number", drop=5),
        Column("Recall", "number", drop=4),
        Column("F1", "number"),
        Column("F1 of the other", "number", drop=2),
        Column("Difference", "number", axis=axis_of_differences(filter(None, differences))),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            c.label,
            f"{c.support:,}",
            f"{c.precision:.4f}",
            f"{c.recall:.4f}",
            f"{c.f1:.4f}",
            f"{d.f1:.4f}" if d else "",
            difference or "",
        )
        for (c, d), difference in zip(pairs, differences, strict=True)
    ]
    note = Note(
        f"{short(name)}, evaluated on {count_of(evidence.samples, 'sample')}; "
        f"the other is {short(other_name)}, {count_of(theirs.samples, 'sample')}."
    )
    return note, Table(columns, tuple(rows), hidden=len(classes) - len(rows))


def _worst_first(evidence: ClassEvidence) -> tuple[float, str]:
    return evidence.f1, evidence.label


def _difference(one: ClassEvidence, other: ClassEvidence) -> Difference:
    return difference_of(one.f1, _limits(one), other.f1, _limits(other))


def _limits(evidence: ClassEvidence) -> Limits:
    return Limits(evidence.f1_interval.low, evidence.f1_interval.high)
