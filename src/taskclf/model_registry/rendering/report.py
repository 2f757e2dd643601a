"""The page about one selection: the decision, the ranking, the evidence, the exclusions."""

from collections import Counter
from collections.abc import Iterable, Iterator

from taskclf.model_registry.contract.documents import BundleMetrics
from taskclf.model_registry.contract.printable import quoted
from taskclf.model_registry.explain import Explanation, explained
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.rendering.blocks import (
    count_of,
    matrix_of,
    matrix_of_differences,
    reported_beside,
    shown,
)
from taskclf.model_registry.rendering.classes import classes_beside, classes_of
from taskclf.model_registry.rendering.content import Facts, Page, Section
from taskclf.model_registry.rendering.exclusions import folds_of
from taskclf.model_registry.rendering.explanation import (
    RANKED_SHOWN,
    contradicted_in,
    outcome_of,
    ranking_of,
    verdict_of,
)
from taskclf.model_registry.selection.policy import SelectionPolicy
from taskclf.model_registry.selection.report import ExclusionKind, SelectionReport

_Model = tuple[str, BundleMetrics]


def page_of_report(
    report: SelectionReport,
    runner_up: str | None = None,
    ranked: Iterable[ModelBundle] | None = None,
) -> Page:
    """Describe a selection.

    Args:
        report: What was selected, and why.
        runner_up: The `model_id` of the ranked bundle that is compared with the best; by default
            the second.
        ranked: The ranked bundles once more, from somebody who counts how many were looked at.

    Raises:
        ValueError: If `runner_up` is not one of the ranked bundles.
    """
    best, other = _compared(report, runner_up)
    explanation = explained(report, ranked or report.ranked, RANKED_SHOWN)
    outcome, tone = outcome_of(explanation)
    number, excluded = len(report.ranked), len(report.excluded)
    sections = contradicted_in(explanation)
    if report.excluded:
        title = f"Excluded: {excluded:,} of {count_of(number + excluded, 'bundle')}"
        sections.append(Section(title, (folds_of(report.excluded),)))
    if best:
        sections += _details(best, other)
    facts = Facts((*_scores(report, explanation), *_required(report)))
    sections.append(Section("Decision", (facts,), detail=True))
    return Page(
        title="Model selection",
        outcome=outcome,
        tone=tone,
        lead=tuple(verdict_of(explanation, number)) if number else _nothing(report),
        blocks=ranking_of(explanation, number),
        sections=tuple(sections),
    )


def _nothing(report: SelectionReport) -> tuple[str, ...]:
    """Say why nothing is ranked, in one sentence."""
    kinds = Counter(record.kind for record in report.excluded)
    if not kinds:
        return ("There is no bundle.",)
    found: dict[ExclusionKind, str] = {
        "constraint": "excluded by a gate of the policy",
        "incompatible": "with other features or labels",
        "invalid": "invalid",
    }
    parts = [f"{kinds[kind]:,} {why}" for kind, why in found.items() if kinds[kind]]
    return (f"{count_of(len(report.excluded), 'bundle')}: {', '.join(parts)}.",)


def _compared(
    report: SelectionReport, runner_up: str | None
) -> tuple[_Model | None, _Model | None]:
    """Return name and metrics of the best and of the one to compare it with."""
    chosen = report.ranked[:2]
    if runner_up is not None:
        others = [bundle for bundle in report.ranked if bundle.model_id == runner_up]
        if not others:
            raise ValueError(f"{quoted(runner_up)} is not one of the ranked bundles")
        chosen = report.ranked[:1] + [bundle for bundle in others if bundle != report.best]
    models = [(bundle.model_id, bundle.metrics) for bundle in chosen if bundle.metrics]
    return (models[0] if models else None), (models[1] if len(models) > 1 else None)


def _details(best: _Model, other: _Model | None) -> Iterator[Section]:
    name, metrics = best
    matrices = matrix_of(name, metrics)
    classes = classes_of(name, metrics)
    if other:
        classes = classes_beside(best, other)
        matrices += matrix_of_differences(best, other)
    yield Section("Classes", classes, detail=True)
    yield Section("Confusion matrix", matrices, detail=True)


def _scores(report: SelectionReport, explanation: Explanation) -> Iterator[tuple[str, str]]:
    interval = explanation.best_interval
    if report.best is None or interval is None:
        return
    best, ranked = explanation.standings[0], len(report.ranked)
    limits = f"95 % interval {interval.low:.4f} to {interval.high:.4f}"
    picked = f", allowing for the pick among {ranked:,}" if ranked > 1 else ""
    reported = reported_beside(best.macro_f1, best.matrix_macro_f1)
    yield "Best", report.best.model_id
    yield "Path", str(report.best.path)
    yield "Macro F1", f"{reported}, {limits}{picked}"
    yield "Weighted F1", f"{best.weighted_f1:.4f}"
    yield "Created at", str(best.created_at)
    yield "May be best", f"{len(explanation.may_be_best):,} of {ranked:,}"


def _required(report: SelectionReport) -> Iterator[tuple[str, str]]:
    ranked, excluded = len(report.ranked), len(report.excluded)
    counts = f"{ranked:,} ranked, {excluded:,} excluded"
    yield "Scanned", f"{count_of(ranked + excluded, 'bundle')}: {counts}"
    yield "Required schema", report.required_schema_hash
    yield "Required labels", ", ".join(report.required_label_set)
    yield "Policy", _policy(report.policy)


def _policy(policy: SelectionPolicy) -> str:
    gates = policy.model_dump(mode="json", exclude_defaults=True, exclude={"version"})
    return "; ".join([f"version {policy.version}", *(f"{k}: {shown(v)}" for k, v in gates.items())])
