"""The page about many bundles: what a directory holds."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal, get_args

from taskclf.model_registry.contract.documents import BundleMetrics, ModelMetadata
from taskclf.model_registry.contract.printable import printable
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.rendering.blocks import count_of, listed
from taskclf.model_registry.rendering.content import Cell, Column, Page, Section, Table

Order = Literal["name", "macro_f1", "weighted_f1", "samples", "created_at"]
"""What the bundles of a list are sorted by; scores, samples and instants from the highest down."""

ORDERS: tuple[Order, ...] = get_args(Order)

Features = tuple[str, frozenset[str]]
"""What bundles have in common that serve the same consumers: schema hash and labels."""

_LONGEST_HASH = 16
_LABELS_SHOWN = 5

_Valid = tuple[ModelBundle, ModelMetadata, BundleMetrics]

_KEYS: dict[Order, Callable[[_Valid], float | datetime]] = {
    "macro_f1": lambda bundle: bundle[2].macro_f1,
    "weighted_f1": lambda bundle: bundle[2].weighted_f1,
    "samples": lambda bundle: samples_of(bundle[2]),
    "created_at": lambda bundle: bundle[1].created_at,
}


def page_of_list(bundles: Sequence[ModelBundle], order: Order = "name") -> Page:
    """Describe the bundles of a models directory: valid ones by whom they serve, and what is wrong.

    Args:
        bundles: What a directory holds.
        order: How the bundles of each group are sorted.
    """
    problems = {bundle.model_id: bundle.problems for bundle in bundles if not bundle.valid}
    groups = grouped_by_features(bundles)
    valid = len(bundles) - len(problems)
    sections = [
        Section(f"{count_of(len(group), 'bundle')}: {described(features)}", (_table(group, order),))
        for features, group in groups
    ]
    if problems:
        sections.append(Section(f"{len(problems):,} invalid", (listed(problems),)))
    kinds = f" of {count_of(len(groups), 'kind')}" if len(groups) > 1 else ""
    return Page(
        title="Model bundles",
        outcome=f"{count_of(len(bundles), 'bundle')}, {valid:,} valid{kinds}",
        tone="unsure" if problems else "good",
        sections=tuple(sections),
    )


def grouped_by_features(
    bundles: Iterable[ModelBundle],
) -> list[tuple[Features, list[ModelBundle]]]:
    """Return the valid bundles by schema hash and labels, the largest group first."""
    groups: dict[Features, list[ModelBundle]] = {}
    for bundle in bundles:
        if bundle.documents is not None:
            metadata, _ = bundle.documents
            features = metadata.schema_hash, frozenset(metadata.label_set)
            groups.setdefault(features, []).append(bundle)
    return sorted(groups.items(), key=lambda group: (-len(group[1]), group[1][0].model_id))


def described(features: Features) -> str:
    """Return schema hash and labels in a few words."""
    schema_hash, labels = features
    named = ", ".join(printable(label, 20) for label in sorted(labels)[:_LABELS_SHOWN])
    more = ", …" if len(labels) > _LABELS_SHOWN else ""
    shown = printable(schema_hash, _LONGEST_HASH)
    return f"schema {shown}, {count_of(len(labels), 'label')} {named}{more}"


def samples_of(metrics: BundleMetrics) -> int:
    """Return how many samples a model was evaluated on."""
    return sum(map(sum, metrics.confusion_matrix))


def _table(bundles: Iterable[ModelBundle], order: Order) -> Table:
    columns = (
        Column("Model", "name"),
        Column("Macro F1", "number"),
        Column("Weighted F1", "number", drop=4),
        Column("Samples", "number", drop=3),
        Column("Created (UTC)", "number", drop=2),
    )
    valid = [(bundle, *bundle.documents) for bundle in bundles if bundle.documents is not None]
    if order != "name":
        valid.sort(key=_KEYS[order], reverse=True)
    return Table(columns, tuple(map(_row, valid)))


def _row(bundle: _Valid) -> tuple[Cell, ...]:
    read, metadata, metrics = bundle
    return (
        read.model_id,
        f"{metrics.macro_f1:.4f}",
        f"{metrics.weighted_f1:.4f}",
        f"{samples_of(metrics):,}",
        _utc(metadata.created_at),
    )


def _utc(instant: datetime) -> str:
    try:
        return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M}"
    except OverflowError:  # In UTC it lies before the year 1 or after 9999.
        return str(instant)
