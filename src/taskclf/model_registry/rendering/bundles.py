"""Pages about bundles as such: one bundle, a list of them, and what a check found."""

import json
from collections.abc import Mapping, Sequence

from taskclf.model_registry.bundle import ModelBundle
from taskclf.model_registry.documents import BundleMetrics, ModelMetadata
from taskclf.model_registry.printable import printable
from taskclf.model_registry.problem import Problem
from taskclf.model_registry.rendering.content import (
    Block,
    Column,
    Facts,
    Group,
    Groups,
    Matrix,
    Note,
    Page,
    Section,
    Table,
)

_GROUPED_ABOVE = 10
_LONGEST_LABEL = 40
_LARGEST_MATRIX = 40
_NAMES_SHOWN = 20
_REASONS_SHOWN = 100


def shown(value: object) -> str:
    """Return a value of a document as text: strings as they are, others as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def count_of(number: int, noun: str) -> str:
    """Return `1 bundle` or `1,200 bundles`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def grouped(names_by_reason: Mapping[str, Sequence[str]]) -> Groups:
    """Return one group for each reason, the most frequent first, naming the bundles it is about.

    Of very many reasons, or very many bundles with one reason, the rest is counted.
    """
    by_frequency = sorted(names_by_reason.items(), key=lambda item: (-len(item[1]), item[0]))
    groups = [
        Group(
            f"{count_of(len(names), 'bundle')}: {reason}" if len(names) > 1 else reason,
            tuple(names[:_NAMES_SHOWN]),
            hidden=len(names) - len(names[:_NAMES_SHOWN]),
        )
        for reason, names in by_frequency[:_REASONS_SHOWN]
    ]
    rest = by_frequency[_REASONS_SHOWN:]
    if rest:
        times = sum(len(names) for _, names in rest)
        title = f"{count_of(len(rest), 'further reason')}, given {count_of(times, 'time')}"
        groups.append(Group(title, ()))
    return Groups(tuple(groups), in_a_row=True)


def problem_line(problem: Problem) -> str:
    """Return file, pointer and message in one line."""
    place = " ".join(filter(None, (problem.document, problem.pointer)))
    return f"{place}: {problem.message}" if place else problem.message


def matrix_of(model: str, metrics: BundleMetrics) -> tuple[Block, ...]:
    """Return the confusion matrix of a model, or its largest confusions if it has many labels."""
    # Long labels would make unreadable heads of columns.
    labels = tuple(printable(label, _LONGEST_LABEL) for label in metrics.label_names)
    matrix = Matrix(model, labels, tuple(map(tuple, metrics.confusion_matrix)))
    if len(labels) <= _LARGEST_MATRIX:
        return (matrix,)
    size = f"{len(labels):,} × {len(labels):,}"
    return (Note(f"{model}: the largest confusions of a {size} matrix"), matrix.confusions())


def page_of_bundle(bundle: ModelBundle) -> Page:
    """Describe one bundle: its scores and its documents, and all problems of an invalid one."""
    facts: list[tuple[str, str]] = [("Path", str(bundle.path))]
    blocks: list[Block] = []
    sections: list[Section] = []
    if bundle.metrics is not None:
        facts.insert(0, ("Macro F1", f"{bundle.metrics.macro_f1:.4f}"))
        facts.insert(1, ("Weighted F1", f"{bundle.metrics.weighted_f1:.4f}"))
        matrix = matrix_of(bundle.model_id, bundle.metrics)
        sections.append(Section("Confusion matrix", matrix))
    if bundle.metadata is not None:
        facts += _metadata_facts(bundle.metadata)
    if bundle.problems:
        lines = tuple(problem_line(problem) for problem in bundle.problems)
        blocks.append(Groups((Group(count_of(len(lines), "problem"), lines),)))
    verdict = "valid" if bundle.valid else "invalid"
    return Page(
        title="Model bundle",
        outcome=f"{bundle.model_id} is {verdict}",
        good=bundle.valid,
        blocks=(*blocks, Facts(tuple(facts))),
        sections=tuple(sections),
    )


def _metadata_facts(metadata: ModelMetadata) -> list[tuple[str, str]]:
    facts = [
        ("Created at", str(metadata.created_at)),
        ("Labels", ", ".join(metadata.label_set)),
        (
            "Feature schema",
            f"{shown(metadata.schema_version)}, hash {shown(metadata.schema_hash)}",
        ),
        ("Training data", f"{metadata.train_date_from} to {metadata.train_date_to}"),
        ("Dataset hash", shown(metadata.dataset_hash)),
        ("Git commit", shown(metadata.git_commit)),
        ("Parameters", shown(metadata.params)),
    ]
    optional = {
        "Data provenance": metadata.data_provenance,
        "Reject threshold": metadata.reject_threshold,
        "Unknown below": metadata.unknown_category_freq_threshold,
        "Masked as unknown": metadata.unknown_category_mask_rate,
    }
    return facts + [(name, shown(v)) for name, v in optional.items() if v is not None]


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
    sections = (Section("Invalid", (_problems(invalid),)),) if invalid else ()
    return Page(
        title="Model bundles",
        outcome=f"{count_of(len(bundles), 'bundle')}, {len(bundles) - len(invalid):,} valid",
        good=not invalid,
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


def page_of_check(bundles: Mapping[str, ModelBundle]) -> Page:
    """Describe what a check found: every problem with its place, of bundles by their given path.

    Problems are listed by bundle, and by problem once more than ten bundles are invalid.
    """
    invalid = {path: bundle for path, bundle in bundles.items() if not bundle.valid}
    if not invalid:
        verdict = "is valid" if len(bundles) == 1 else "are valid"
        return Page("Check", f"{count_of(len(bundles), 'bundle')} {verdict}", good=True)
    verdict = "is invalid" if len(invalid) == 1 else "are invalid"
    return Page(
        title="Check",
        outcome=f"{len(invalid):,} of {count_of(len(bundles), 'bundle')} {verdict}",
        good=False,
        blocks=(_problems(invalid),),
    )


def _problems(invalid: Mapping[str, ModelBundle]) -> Groups:
    return _by_problem(invalid) if len(invalid) > _GROUPED_ABOVE else _by_bundle(invalid)


def _by_bundle(invalid: Mapping[str, ModelBundle]) -> Groups:
    return Groups(
        tuple(
            Group(path, tuple(map(problem_line, bundle.problems)))
            for path, bundle in invalid.items()
        )
    )


def _by_problem(invalid: Mapping[str, ModelBundle]) -> Groups:
    paths: dict[str, list[str]] = {}
    for path, bundle in invalid.items():
        for problem in bundle.problems:
            paths.setdefault(problem_line(problem), []).append(path)
    return grouped(paths)
