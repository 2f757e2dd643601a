"""The page about one selection: the decision, the ranking, the evidence, the exclusions."""

from collections.abc import Iterable, Iterator, Sequence
from math import floor

from taskclf.model_registry.contract.documents import BundleMetrics
from taskclf.model_registry.contract.printable import quoted
from taskclf.model_registry.evidence import evidence_from
from taskclf.model_registry.explain import Explanation, Standing, explain
from taskclf.model_registry.rendering.blocks import (
    count_of,
    grouped,
    matrix_of,
    problem_line,
    shown,
)
from taskclf.model_registry.rendering.content import (
    Block,
    Column,
    Facts,
    Group,
    Groups,
    Interval,
    Note,
    Page,
    Section,
    Table,
)
from taskclf.model_registry.selection.policy import SelectionPolicy
from taskclf.model_registry.selection.ranking import score
from taskclf.model_registry.selection.report import ExclusionRecord, SelectionReport

_RANKED_SHOWN = 100
_CLASSES_SHOWN = 100


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
    explanation = explain(report, top=_RANKED_SHOWN)
    sections = []
    if report.ranked:
        sections.append(Section("Ranking", _ranking(report, explanation.standings)))
    doubtful = _inconsistencies(explanation)
    if doubtful.groups:
        sections.append(Section("Contradicted by the confusion matrix", (doubtful,)))
    if compared:
        sections.append(Section("Classes", tuple(_classes(compared))))
        matrices = [block for model, metrics in compared for block in matrix_of(model, metrics)]
        sections.append(Section("Confusion matrices", tuple(matrices)))
    if explanation.near_misses:
        sections.append(Section("Near misses", (_grouped_by_reason(explanation.near_misses),)))
    others = [record for record in report.excluded if record.kind != "constraint"]
    if others:
        sections.append(Section("Excluded", (_grouped_by_reason(others),)))
    outcome, good = _outcome(explanation)
    return Page(
        title="Model selection",
        outcome=outcome,
        good=good,
        blocks=(Facts((*_scores(report, explanation), *_lead(explanation), *_required(report))),),
        sections=tuple(sections),
    )


def _outcome(explanation: Explanation) -> tuple[str, bool]:
    """Return the first line of the page, and whether all is well."""
    if not explanation.standings:
        return "No bundle is eligible", False
    best = explanation.standings[0]
    if not best.inconsistencies:
        return f"Best: {best.model_id}", True
    return f"Best: {best.model_id}, contradicted: {_contradiction(best)}", False


def _contradiction(standing: Standing) -> str:
    """Return what a bundle reports and what its matrix gives instead."""
    found = {problem.type for problem in standing.inconsistencies}
    if "macro_f1_inconsistent" in found:
        gap = f"{standing.macro_f1:.4f}, the matrix gives {standing.matrix_macro_f1:.4f}"
        return f"reported macro F1 {gap}"
    if "weighted_f1_inconsistent" in found:
        gap = f"{standing.weighted_f1:.4f}, the matrix gives {standing.matrix_weighted_f1:.4f}"
        return f"reported weighted F1 {gap}"
    return "the matrix has other labels than label_set"


def _grouped_by_reason(records: Iterable[ExclusionRecord]) -> Groups:
    names: dict[str, list[str]] = {}
    for record in records:
        names.setdefault(record.reason, []).append(record.model_id)
    return grouped(names)


def _compared(report: SelectionReport, runner_up: str | None) -> list[tuple[str, BundleMetrics]]:
    """Return name and metrics of the best and of the one to compare it with."""
    if runner_up is None:
        chosen = report.ranked[:2]
    else:
        others = [bundle for bundle in report.ranked if bundle.model_id == runner_up]
        if not others:
            raise ValueError(f"{quoted(runner_up)} is not one of the ranked bundles")
        chosen = report.ranked[:1] + [bundle for bundle in others if bundle != report.best]
    return [(bundle.model_id, bundle.metrics) for bundle in chosen if bundle.metrics]


def _lead(explanation: Explanation) -> list[tuple[str, str]]:
    lead = explanation.lead
    return [("Lead", f"over {quoted(lead.runner_up)}. {lead.reason}")] if lead else []


def _scores(report: SelectionReport, explanation: Explanation) -> list[tuple[str, str]]:
    interval = explanation.best_interval
    if report.best is None or interval is None:
        return []
    best, ranked = explanation.standings[0], len(report.ranked)
    limits = f"95 % interval {interval.low:.4f} to {interval.high:.4f}"
    picked = f", allowing for the pick among {ranked:,}" if ranked > 1 else ""
    return [
        ("Macro F1", f"{best.macro_f1:.4f}, {limits}{picked}"),
        ("Weighted F1", f"{best.weighted_f1:.4f}"),
        ("Created at", str(best.created_at)),
        ("Path", str(report.best.path)),
        ("May be best", f"{len(explanation.may_be_best):,} of {ranked:,}"),
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


def _ranking(report: SelectionReport, standings: Sequence[Standing]) -> tuple[Block, ...]:
    columns = (
        Column("#", "number"),
        Column("Model", "name"),
        Column("Macro F1 with 95 % interval", "number"),
        Column("Weighted F1", "number"),
        Column("Against the best"),
    )
    rows: list[tuple[str | Interval, ...]] = []
    lows: list[float] = []
    for standing in standings:
        low, high = standing.macro_f1_interval.low, standing.macro_f1_interval.high
        lows.append(min(standing.macro_f1, low))
        rows.append(
            (
                f"{standing.rank}",
                standing.model_id,
                Interval(standing.macro_f1, low, high),
                f"{standing.weighted_f1:.4f}",
                _against_best(standing),
            )
        )
    # Three quarters of the models fill the scale; one that is far worse would squeeze the others.
    start = floor(sorted(lows)[len(lows) // 4] * 50) / 50
    blocks: list[Block] = [Table(columns, tuple(rows), (min(0.98, start), 1.0))]
    rest = report.ranked[_RANKED_SHOWN:]
    if rest:
        first, last = (score(bundle, report.policy).macro_f1 for bundle in (rest[0], rest[-1]))
        text = f"And {count_of(len(rest), 'bundle')} more, macro F1 from {first:.4f} to {last:.4f}."
        blocks.append(Note(text))
    return tuple(blocks)


def _against_best(standing: Standing) -> str:
    parts = [standing.reason]
    if standing.inconsistencies:
        parts.insert(0, "contradicted")
    if standing.may_be_best:
        parts.append("may be best")
    if standing.same_samples is False:
        parts.append("other test samples")
    return "; ".join(parts)


def _inconsistencies(explanation: Explanation) -> Groups:
    return Groups(
        tuple(
            Group(standing.model_id, tuple(map(problem_line, standing.inconsistencies)))
            for standing in explanation.standings
            if standing.inconsistencies
        )
    )


def _classes(compared: Sequence[tuple[str, BundleMetrics]]) -> Iterator[Block]:
    columns = (
        Column("Label", "name"),
        Column("Samples", "number"),
        Column("Precision", "number"),
        Column("Recall", "number"),
        Column("F1", "number"),
    )
    for model, metrics in compared:
        evidence = evidence_from(metrics)
        yield Note(f"{model}, evaluated on {count_of(evidence.samples, 'sample')}")
        rows = [
            (c.label, f"{c.support:,}", f"{c.precision:.4f}", f"{c.recall:.4f}", f"{c.f1:.4f}")
            for c in sorted(evidence.classes, key=lambda c: (c.f1, c.label))
        ]
        yield Table(columns, tuple(rows[:_CLASSES_SHOWN]))
        if len(rows) > _CLASSES_SHOWN:
            yield Note(
                f"And {len(rows) - _CLASSES_SHOWN:,} more, with the same F1 or a higher one."
            )
