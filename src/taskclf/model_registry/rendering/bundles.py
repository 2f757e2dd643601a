"""The pages about many bundles: what a directory holds, and what a check found."""

from collections.abc import Mapping, Sequence

from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.rendering.blocks import count_of, grouped, problem_line
from taskclf.model_registry.rendering.content import Column, Group, Groups, Page, Section, Table

_GROUPED_ABOVE = 10


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
