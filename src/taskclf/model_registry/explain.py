"""Why each model stands where it stands, and whether the best is really better.

An explanation adds no decision. It is made from a `SelectionReport` alone, so a stored report can
be explained later and gives the same answer.
"""

from typing import Literal

from pydantic import Field

from taskclf.model_registry.contract.base import ContractModel
from taskclf.model_registry.contract.fields import Rfc3339DateTime
from taskclf.model_registry.contract.printable import quoted
from taskclf.model_registry.contract.problem import Problem
from taskclf.model_registry.evidence import (
    Z_95,
    Difference,
    Evidence,
    Interval,
    evidence_from,
    inconsistencies,
    macro_f1_difference,
)
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.selection.ranking import score
from taskclf.model_registry.selection.report import ExclusionRecord, SelectionReport

__all__ = ["Explanation", "Lead", "Standing", "explain"]

RankingKey = Literal["macro_f1", "weighted_f1", "created_at", "model_id"]


class Standing(ContractModel):
    """The place of one ranked bundle, explained against the best."""

    rank: int = Field(examples=[2])
    """Place in the ranking, the best is 1."""

    model_id: str = Field(examples=["2026-02-19-forest"])
    """The bundle."""

    macro_f1: float = Field(examples=[0.8712])
    """Macro F1 as reported, the first key of the ranking."""

    weighted_f1: float = Field(examples=[0.8925])
    """Weighted F1 as reported, the second key."""

    created_at: Rfc3339DateTime
    """When the bundle was made, the third key."""

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


class Lead(ContractModel):
    """Whether the best is ahead of the runner-up by more than the evaluations can blur."""

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


class Explanation(ContractModel):
    """A selection, explained."""

    standings: list[Standing]
    """The ranked bundles, best first."""

    lead: Lead | None
    """The best against the runner-up; null where fewer than two bundles are ranked."""

    near_misses: list[ExclusionRecord]
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
    # A report ranks no bundle without documents; the condition says so to the type checker.
    ranked = [(bundle, *bundle.documents) for bundle in report.ranked if bundle.documents]
    for bundle, metadata, metrics in ranked:
        evidence = evidence_from(metrics)
        key, margin, reason = _against_best(bundle, report)
        standings.append(
            Standing(
                rank=len(standings) + 1,
                model_id=bundle.model_id,
                **score(bundle, report.policy)._asdict(),
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
        near_misses=[record for record in report.excluded if record.kind == "constraint"],
    )


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
