"""The page about one selection: the decision, the ranking, the evidence, the exclusions."""

from collections.abc import Sequence

from taskclf.model_registry.bundle import ModelBundle
from taskclf.model_registry.printable import quoted
from taskclf.model_registry.rendering.bundles import (
    count_of,
    grouped,
    matrix_of,
    shown,
)
from taskclf.model_registry.rendering.content import (
    Block,
    Column,
    Facts,
    Interval,
    Note,
    Page,
    Section,
    Table,
)
from taskclf.model_registry.selection import SelectionPolicy, SelectionReport, score

_RANKED_SHOWN = 100


def page_of_report(report: SelectionReport, runner_up: str | None = None) -> Page:
    """Describe a selection.

    Args:
        report: What was selected, and why.
        runner_up: The `model_id` of the ranked bundle that is compared with the best; by default
            the second.

    Raises:
        ValueError: If `runner_up` is not one of the ranked bundles.
    """
    compared = _compared(report, runner_up)
    sections = []
    if report.ranked:
        sections.append(Section("Ranking", _ranking(report)))
    if compared:
        matrices = [block for bundle in compared for block in _matrix(bundle)]
        sections.append(Section("Confusion matrices", tuple(matrices)))
    if report.excluded:
        names: dict[str, list[str]] = {}
        for record in report.excluded:
            names.setdefault(record.reason, []).append(record.model_id)
        sections.append(Section("Excluded", (grouped(names),)))
    best = report.best
    return Page(
        title="Model selection",
        outcome=f"Best: {best.model_id}" if best else "No bundle is eligible",
        good=best is not None,
        blocks=(Facts((*_scores(report), *_required(report))),),
        sections=tuple(sections),
    )


def _compared(report: SelectionReport, runner_up: str | None) -> list[ModelBundle]:
    if runner_up is None:
        return report.ranked[:2]
    chosen = [bundle for bundle in report.ranked if bundle.model_id == runner_up]
    if not chosen:
        raise ValueError(f"{quoted(runner_up)} is not one of the ranked bundles")
    return report.ranked[:1] + [bundle for bundle in chosen if bundle != report.best]


def _scores(report: SelectionReport) -> list[tuple[str, str]]:
    if report.best is None:
        return []
    macro_f1, weighted_f1, created_at = score(report.best, report.policy)
    return [
        ("Macro F1", f"{macro_f1:.4f}"),
        ("Weighted F1", f"{weighted_f1:.4f}"),
        ("Created at", str(created_at)),
        ("Path", str(report.best.path)),
    ]


def _required(report: SelectionReport) -> list[tuple[str, str]]:
    ranked, excluded = len(report.ranked), len(report.excluded)
    return [
        (
            "Scanned",
            f"{count_of(ranked + excluded, 'bundle')}: {ranked:,} ranked, {excluded:,} excluded",
        ),
        ("Required schema", report.required_schema_hash),
        ("Required labels", ", ".join(report.required_label_set)),
        ("Policy", _policy(report.policy)),
    ]


def _policy(policy: SelectionPolicy) -> str:
    gates = policy.model_dump(mode="json", exclude_defaults=True, exclude={"version"})
    return "; ".join([f"version {policy.version}", *(f"{k}: {shown(v)}" for k, v in gates.items())])


def _ranking(report: SelectionReport) -> tuple[Block, ...]:
    columns = (
        Column("#", "number"),
        Column("Model", "name"),
        Column("Macro F1", "number"),
        Column("Weighted F1", "number"),
        Column("Created at"),
    )
    rows = []
    for place, bundle in enumerate(report.ranked[:_RANKED_SHOWN], start=1):
        macro_f1, weighted_f1, created_at = score(bundle, report.policy)
        rows.append(
            (
                f"{place}",
                bundle.model_id,
                Interval(macro_f1),
                f"{weighted_f1:.4f}",
                str(created_at),
            )
        )
    blocks: list[Block] = [Table(columns, tuple(rows))]
    rest = report.ranked[_RANKED_SHOWN:]
    if rest:
        first, last = (score(bundle, report.policy)[0] for bundle in (rest[0], rest[-1]))
        text = f"And {count_of(len(rest), 'bundle')} more, macro F1 from {first:.4f} to {last:.4f}."
        blocks.append(Note(text))
    return tuple(blocks)


def _matrix(bundle: ModelBundle) -> Sequence[Block]:
    return matrix_of(bundle.model_id, bundle.metrics) if bundle.metrics else ()
