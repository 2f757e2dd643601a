"""The page about one bundle: its scores, its documents, or what is wrong with it."""

from collections.abc import Iterator

from taskclf.model_registry.check import CheckedBundle
from taskclf.model_registry.contract.documents import ModelMetadata
from taskclf.model_registry.contract.problem import Problem
from taskclf.model_registry.evidence import evidence_from, inconsistencies
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.rendering.blocks import (
    count_of,
    matrix_of,
    problem_line,
    reported_beside,
    short,
    shown,
)
from taskclf.model_registry.rendering.classes import classes_of
from taskclf.model_registry.rendering.content import Facts, Group, Groups, Page, Section


def page_of_bundle(bundle: ModelBundle) -> Page:
    """Describe one bundle: its scores and documents, what is wrong with it, and what is doubtful.

    What is doubtful are the warnings of a checked bundle, else what its matrix contradicts.
    """
    warnings = bundle.warnings if isinstance(bundle, CheckedBundle) else _contradictions(bundle)
    doubt = f", with {count_of(len(warnings), 'warning')}" if warnings else ""
    sections = [
        Section(
            count_of(len(problems), noun),
            (Groups(tuple(Group(problem_line(problem), ()) for problem in problems)),),
        )
        for noun, problems in (("problem", bundle.problems), ("warning", warnings))
        if problems
    ]
    facts = (*_scores(bundle), ("Path", str(bundle.path)), *_metadata_facts(bundle.metadata))
    sections.append(Section("Documents", (Facts(facts),)))
    if bundle.metrics is not None:
        sections += (
            Section("Classes, worst first", classes_of(bundle.model_id, bundle.metrics)),
            Section("Confusion matrix", matrix_of(bundle.model_id, bundle.metrics)),
        )
    return Page(
        title="Model bundle",
        outcome=f"{short(bundle.model_id)} is {'valid' if bundle.valid else 'invalid'}{doubt}",
        tone="bad" if not bundle.valid else "unsure" if warnings else "good",
        sections=tuple(sections),
    )


def _contradictions(bundle: ModelBundle) -> list[Problem]:
    if bundle.documents is None:
        return []
    metadata, metrics = bundle.documents
    return inconsistencies(metrics, metadata)


def _scores(bundle: ModelBundle) -> Iterator[tuple[str, str]]:
    if bundle.metrics is not None:
        evidence = evidence_from(bundle.metrics)
        interval = evidence.macro_f1_interval
        limits = f"95 % interval {interval.low:.4f} to {interval.high:.4f}"
        yield "Macro F1", f"{reported_beside(bundle.metrics.macro_f1, evidence.macro_f1)}, {limits}"
        yield "Weighted F1", reported_beside(bundle.metrics.weighted_f1, evidence.weighted_f1)


def _metadata_facts(metadata: ModelMetadata | None) -> Iterator[tuple[str, str]]:
    if metadata is None:
        return
    yield "Created at", str(metadata.created_at)
    yield "Labels", ", ".join(metadata.label_set)
    yield "Feature schema", f"{shown(metadata.schema_version)}, hash {shown(metadata.schema_hash)}"
    yield "Training data", f"{metadata.train_date_from} to {metadata.train_date_to}"
    yield "Dataset hash", shown(metadata.dataset_hash)
    yield "Git commit", shown(metadata.git_commit)
    yield "Parameters", shown(metadata.params)
    optional = {
        "Data provenance": metadata.data_provenance,
        "Reject threshold": metadata.reject_threshold,
        "Unknown below": metadata.unknown_category_freq_threshold,
        "Masked as unknown": metadata.unknown_category_mask_rate,
    }
    yield from ((name, shown(value)) for name, value in optional.items() if value is not None)
