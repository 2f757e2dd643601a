"""Why each model stands where it stands, and whether the best is really better.

An explanation adds no decision. It is made from a `SelectionReport` alone, so a stored report can
be explained later and gives the same answer.
"""

from typing import Literal

from pydantic import BaseModel, Field

from taskclf.model_registry.bundle import ModelBundle
from taskclf.model_registry.documents import BundleMetrics, ModelMetadata
from taskclf.model_registry.evidence import (
    Z_95,
    Difference,
    Evidence,
    Interval,
    evidence_from,
    inconsistencies,
    macro_f1_difference,
)
from taskclf.model_registry.fields import MODEL_CONFIG
from taskclf.model_registry.printable import quoted
from taskclf.model_registry.problem import Problem
from taskclf.model_registry.selection import SelectionReport, score

__all__ = ["Explanation", "Lead", "NearMiss", "Standing", "explain"]

_CONSTRAINT = "constraint: "

RankingKey = Literal["macro_f1", "weighted_f1", "created_at", "model_id"]


class Standing(BaseModel):
    """The place of one ranked bundle, explained against the best."""

    model_config = MODEL_CONFIG

    rank: int = Field(examples=[2])
    """Place in the ranking, the best is 1."""

    model_id: str = Field(examples=["2026-02-19-forest"])
    """The bundle."""

    deciding_key: RankingKey | None = Field(examples=["weighted_f1"])
    """The first key of the ranking in which it differs from the best; null for the best."""

    margin: float | None = Field(examples=[-0.004])
    """Its value of that key less the best's, at most 0: a score, or seconds for `created_at`; null
    for the best and where the name decides."""

    reason: str = Field(examples=["tied macro_f1; weighted_f1 −0.0040"])
    """The same in one line."""

    macro_f1_interval: Interval | None
    """95 % confidence interval of macro F1 from the confusion matrix; null without samples."""

    behind_best: Difference | None
    """The best's macro F1 less its own, both from their matrices, and whether the evaluations can
    tell the two apart; null for the best, and where either has no samples."""

    inconsistencies: list[Problem]
    """Where the bundle's documents contradict its confusion matrix."""


class Lead(BaseModel):
    """Whether the best is ahead of the runner-up by more than the evaluations can blur."""

    model_config = MODEL_CONFIG

    best: str = Field(examples=["2026-02-26-logreg"])
    """The `model_id` of the best bundle."""

    runner_up: str = Field(examples=["2026-02-19-forest"])
    """The `model_id` of the bundle ranked second."""

    clear: bool
    """Whether its macro F1 is larger by more than 1.96 standard errors of the difference, the two
    evaluations taken as independent. That is conservative for a shared test set: a lead that is
    not clear may still be real."""

    reason: str = Field(
        examples=["macro F1 +0.0001 by the matrices, within 1.96 standard errors (±0.0086)"]
    )
    """The same in one line, with the numbers."""


class NearMiss(BaseModel):
    """A valid and compatible bundle that only the policy's gates keep out of the ranking."""

    model_config = MODEL_CONFIG

    model_id: str = Field(examples=["2026-01-12-knn"])
    """The bundle."""

    failed_gates: str = Field(examples=["precision['BreakIdle'] 0.912 < 0.950; samples 38 < 200"])
    """Each gate that it fails, with what was observed and what is required."""


class Explanation(BaseModel):
    """A selection, explained."""

    model_config = MODEL_CONFIG

    standings: list[Standing]
    """The ranked bundles, best first."""

    lead: Lead | None
    """The best against the runner-up; null where fewer than two bundles are ranked."""

    near_misses: list[NearMiss]
    """The bundles that only gates exclude, by `model_id`."""


def explain(report: SelectionReport) -> Explanation:
    """Return why each ranked bundle stands where it stands, as data.

    The ranking follows the scores that producers report, as always; intervals and differences come
    from the confusion matrices. The same report gives the same explanation.

    Args:
        report: The outcome of a selection, fresh or parsed from JSON.
    """
    standings: list[Standing] = []
    of_best: Evidence | None = None
    for bundle, metrics, metadata in _documents(report):
        evidence = evidence_from(metrics)
        key, margin, reason = _against_best(bundle, report)
        standings.append(
            Standing(
                rank=len(standings) + 1,
                model_id=bundle.model_id,
                deciding_key=key,
                margin=margin,
                reason=reason,
                macro_f1_interval=evidence.macro_f1_interval,
                behind_best=macro_f1_difference(of_best, evidence) if of_best else None,
                inconsistencies=inconsistencies(metrics, metadata, evidence),
            )
        )
        of_best = of_best or evidence
    return Explanation(
        standings=standings,
        lead=_lead(standings[0], standings[1]) if len(standings) > 1 else None,
        near_misses=[
            NearMiss(model_id=record.model_id, failed_gates=record.reason.removeprefix(_CONSTRAINT))
            for record in report.excluded
            if record.reason.startswith(_CONSTRAINT)
        ],
    )


def _documents(
    report: SelectionReport,
) -> list[tuple[ModelBundle, BundleMetrics, ModelMetadata]]:
    # A report ranks no bundle without documents; this says so to the type checker.
    return [(b, b.metrics, b.metadata) for b in report.ranked if b.metrics and b.metadata]


def _against_best(
    bundle: ModelBundle, report: SelectionReport
) -> tuple[RankingKey | None, float | None, str]:
    best = report.ranked[0]
    if bundle.model_id == best.model_id:
        return None, None, "best"
    macro_f1, weighted_f1, created_at = score(bundle, report.policy)
    best_macro_f1, best_weighted_f1, best_created_at = score(best, report.policy)
    if macro_f1 != best_macro_f1:
        margin = macro_f1 - best_macro_f1
        return "macro_f1", margin, f"macro_f1 {_signed(margin)}"
    if weighted_f1 != best_weighted_f1:
        margin = weighted_f1 - best_weighted_f1
        return "weighted_f1", margin, f"tied macro_f1; weighted_f1 {_signed(margin)}"
    if created_at != best_created_at:
        age = best_created_at - created_at
        reason = f"tied macro_f1, weighted_f1; created_at {age} earlier"
        return "created_at", -age.total_seconds(), reason
    reason = f"tied macro_f1, weighted_f1, created_at; model_id after {quoted(best.model_id)}"
    return "model_id", None, reason


def _lead(best: Standing, runner_up: Standing) -> Lead:
    difference = runner_up.behind_best
    clear = False
    if difference is None:
        reason = "no samples were evaluated, so there is nothing to tell by"
    else:
        clear = difference.distinguishable and difference.macro_f1 > 0
        side = "beyond" if difference.distinguishable else "within"
        reason = (
            f"macro F1 {_signed(difference.macro_f1)} by the matrices, {side} 1.96 standard errors "
            f"(±{Z_95 * difference.standard_error:.4f})"
        )
    return Lead(best=best.model_id, runner_up=runner_up.model_id, clear=clear, reason=reason)


def _signed(margin: float) -> str:
    """Write a margin with four decimals, as scores are reported, or so that it is not zero."""
    size = f"{abs(margin):.4f}"
    if margin and float(size) == 0:
        size = f"{abs(margin):.1e}"
    return f"{'−' if margin < 0 else '+'}{size}"
