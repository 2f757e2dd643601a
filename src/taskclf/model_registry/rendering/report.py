"""The page about one selection: the decision, the ranking, the evidence, the exclusions."""

from collections.abc import Iterator, Sequence
from math import floor

from taskclf.model_registry.documents import BundleMetrics
from taskclf.model_registry.evidence import evidence_from
from taskclf.model_registry.explain import Explanation, Standing, explain
from taskclf.model_registry.printable import quoted
from taskclf.model_registry.rendering.bundles import (
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
from taskclf.model_registry.selection import SelectionPolicy, SelectionReport, score

_RANKED_SHOWN = 100
_CLASSES_SHOWN = 100
_NEAR_MISS = "constraint: "


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
    explanation = explain(report)
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
    near_misses = {
        miss.model_id: f"{_NEAR_MISS}{miss.failed_gates}" for miss in explanation.near_misses
    }
    if near_misses:
        sections.append(Section("Near misses", (_grouped_by_reason(near_misses),)))
    others = {r.model_id: r.reason for r in report.excluded if r.model_id not in near_misses}
    if others:
        sections.append(Section("Excluded", (_grouped_by_reason(others),)))
    best = report.best
    return Page(
        title="Model selection",
        outcome=f"Best: {best.model_id}" if best else "No bundle is eligible",
        good=best is not None,
        blocks=(Facts((*_scores(report), *_lead(explanation), *_required(report))),),
        sections=tuple(sections),
    )


def _grouped_by_reason(reasons: dict[str, str]) -> Groups:
    names: dict[str, list[str]] = {}
    for model_id, reason in reasons.items():
        names.setdefault(reason, []).append(model_id)
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
    if lead is None:
        return []
    verdict = "" if lead.clear else "; the evaluations cannot tell the two apart"
    return [("Lead", f"over {quoted(lead.runner_up)}: {lead.reason}{verdict}")]


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
    ranked = zip(report.ranked[:_RANKED_SHOWN], standings, strict=False)
    for place, (bundle, standing) in enumerate(ranked, start=1):
        macro_f1, weighted_f1, _ = score(bundle, report.policy)
        interval = standing.macro_f1_interval
        estimate = Interval(macro_f1, *((interval.low, interval.high) if interval else ()))
        lows.append(min(macro_f1, interval.low if interval else macro_f1))
        rows.append(
            (f"{place}", bundle.model_id, estimate, f"{weighted_f1:.4f}", _against_best(standing))
        )
    # Three quarters of the models fill the scale; one that is far worse would squeeze the others.
    start = floor(sorted(lows)[len(lows) // 4] * 50) / 50
    blocks: list[Block] = [Table(columns, tuple(rows), (min(0.98, start), 1.0))]
    rest = report.ranked[_RANKED_SHOWN:]
    if rest:
        first, last = (score(bundle, report.policy)[0] for bundle in (rest[0], rest[-1]))
        text = f"And {count_of(len(rest), 'bundle')} more, macro F1 from {first:.4f} to {last:.4f}."
        blocks.append(Note(text))
    return tuple(blocks)


def _against_best(standing: Standing) -> str:
    difference = standing.behind_best
    blurred = difference is not None and not difference.distinguishable
    return f"{standing.reason}; cannot be told apart" if blurred else standing.reason


def _inconsistencies(explanation: Explanation) -> Groups:
    return Groups(
        tuple(
            Group(standing.model_id, tuple(map(problem_line, standing.inconsistencies)))
            for standing in explanation.standings[:_RANKED_SHOWN]
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
