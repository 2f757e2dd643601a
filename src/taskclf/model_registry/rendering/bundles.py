"""The page about many bundles: what a directory holds."""

from collections.abc import Sequence

from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.rendering.blocks import count_of, listed
from taskclf.model_registry.rendering.content import Column, Page, Section, Table


def page_of_list(bundles: Sequence[ModelBundle]) -> Page:
    """Describe the bundles of a models directory: validity, scores, and what is wrong."""
    columns = (
        Column("Model", "name"),
        Column("Valid"),
        Column("Macro F1", "number"),
        Column("Weighted F1", "number"),
        Column("Created at"),
    )
    invalid = {bundle.model_id: bundle for bundle in bundles if not bundle.valid}
    problems = {model_id: bundle.problems for model_id, bundle in invalid.items()}
    sections = (Section("Invalid", (listed(problems),)),) if invalid else ()
    return Page(
        title="Model bundles",
        outcome=f"{count_of(len(bundles), 'bundle')}, {len(bundles) - len(invalid):,} valid",
        tone="good" if not invalid else "unsure",
        blocks=(Table(columns, tuple(map(_row, bundles))),),
        sections=sections,
    )


def _row(bundle: ModelBundle) -> tuple[str, ...]:
    metrics = bundle.metrics
    return (
        bundle.model_id,
        "yes" if bundle.valid else "no",
        f"{metrics.macro_f1:.4f}" if metrics else "",
        f"{metrics.weighted_f1:.4f}" if metrics else "",
        str(bundle.created_at or ""),
    )
