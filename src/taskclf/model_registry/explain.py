"""Why each model ranks where it does, whether the best is really better, and which may be.

An explanation adds no decision. It needs only a `SelectionReport`, so you can explain a stored
report later and get the same answer.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from taskclf.model_registry.contract.base import ContractModel, ReprArgs
from taskclf.model_registry.contract.documents import BundleMetrics, ModelMetadata
from taskclf.model_registry.contract.fields import Count, Rfc3339DateTime, Share
from taskclf.model_registry.contract.printable import quoted, signed
from taskclf.model_registry.contract.problem import Problem
from taskclf.model_registry.evidence.best import may_be_best
from taskclf.model_registry.evidence.consistency import contradictions
from taskclf.model_registry.evidence.difference import Difference, difference_of
from taskclf.model_registry.evidence.estimates import macro_f1_estimate
from taskclf.model_registry.evidence.limits import Estimate, deviations_for
from taskclf.model_registry.evidence.model import Interval, interval
from taskclf.model_registry.evidence.scores import Scores, scores_from
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.reading.garbage import paused_collection_of_survivors
from taskclf.model_registry.selection.ranking import score
from taskclf.model_registry.selection.report import ExclusionRecord, SelectionReport

__all__ = ["Explanation", "Lead", "Standing", "explain"]

RankingKey = Literal["macro_f1", "weighted_f1", "created_at", "model_id"]

_LONGEST_AGE = 400_000_000_000
"""Seconds: more than lie between the years 1 and 9999."""


class Standing(ContractModel):
    """The place of one ranked bundle, explained against the best."""

    rank: Count = Field(examples=[2])
    """Place in the ranking; the best is 1."""

    model_id: str = Field(examples=["2026-02-19-forest"])
    """The bundle."""

    macro_f1: Share = Field(examples=[0.8712])
    """Macro F1 as reported; decides the ranking."""

    weighted_f1: Share = Field(examples=[0.8925])
    """Weighted F1 as reported; breaks ties in macro F1."""

    created_at: Rfc3339DateTime
    """When the bundle was made; breaks ties in both scores."""

    deciding_key: RankingKey | None = Field(examples=["weighted_f1"])
    """What decided between it and the best: the first key that differs; null for the best."""

    margin: Annotated[float, Field(ge=-_LONGEST_AGE, le=0, allow_inf_nan=False)] | None = Field(
        examples=[-0.004]
    )
    """Its value of that key minus the best's, at most 0: a score, or seconds for `created_at`. Null
    for the best, and if the name decides."""

    reason: str = Field(examples=["tied macro_f1; weighted_f1 −0.0040"])
    """The same in one line. If its matrix is clearly better than the best's, that comes first."""

    matrix_macro_f1: Share = Field(examples=[0.8712])
    """Macro F1 computed from the confusion matrix."""

    matrix_weighted_f1: Share = Field(examples=[0.8925])
    """Weighted F1 computed from the confusion matrix."""

    macro_f1_interval: Interval
    """95 % confidence interval of macro F1, from the matrix."""

    behind_best: Difference | None
    """The best's macro F1 minus its own, both from their matrices, and whether the evaluations can
    tell the two apart; null for the best."""

    may_be_best: bool
    """Whether, by the matrices, it may be the truly best of all ranked bundles. The bundles that
    may be include the truly best one with 97.5 % confidence, however many are compared."""

    same_samples: bool | None
    """Whether its test set has as many samples of each label as the best's. If not, the two were
    evaluated on different samples; if so, they may share them. Null for the best."""

    inconsistencies: list[Problem]
    """Where the bundle's documents contradict its confusion matrix."""


class Lead(ContractModel):
    """Whether the best is ahead of the runner-up by more than sampling luck."""

    best: str = Field(examples=["2026-02-26-logreg"])
    """The `model_id` of the best bundle."""

    runner_up: str = Field(examples=["2026-02-19-forest"])
    """The `model_id` of the bundle ranked second."""

    difference: Difference
    """The best's macro F1 minus the runner-up's, both from their matrices."""

    clear: bool
    """Whether the whole interval of the difference lies above zero. The two evaluations are treated
    as independent, which is conservative for a shared test set: an unclear lead may still be
    real."""

    reason: str = Field(
        examples=[
            "Too close to call: macro F1 +0.0001 by the matrices, 95 % interval −0.0085 to +0.0088"
        ]
    )
    """The same in one line, with the numbers."""


class Explanation(ContractModel):
    """A selection, explained: each place in the ranking, and which bundles may be the best."""

    standings: list[Standing]
    """The ranked bundles, best first; at most as many as you asked for."""

    may_be_best: list[str]
    """The `model_id` of each bundle that may be the truly best, in ranking order."""

    best_interval: Interval | None
    """95 % confidence interval of the best's macro F1, allowing for its having been picked from all
    ranked bundles: the best of many owes part of its score to luck. Null if nothing is ranked."""

    lead: Lead | None
    """The best against the runner-up; null if fewer than two bundles are ranked."""

    near_misses: list[ExclusionRecord]
    """The bundles excluded only by gates, sorted by `model_id`."""

    def _outcome(self) -> ReprArgs:
        yield "best", self.standings[0].model_id if self.standings else None
        yield "lead", self.lead.reason if self.lead is not None else None
        yield "standings", len(self.standings)
        yield "may_be_best", len(self.may_be_best)
        yield "near_misses", len(self.near_misses)


class _Judged(NamedTuple):
    """A ranked bundle with what its matrix says."""

    bundle: ModelBundle
    metadata: ModelMetadata
    metrics: BundleMetrics
    scores: Scores
    estimate: Estimate


def explain(report: SelectionReport, *, top: int | None = None) -> Explanation:
    """Return why each ranked bundle ranks where it does, as data.

    The ranking follows the scores that producers report, as always; intervals and differences come
    from the confusion matrices. The same report gives the same explanation. Of two bundles, each
    against the other, `Standing.behind_best` tells; of all at once, `may_be_best`: among many equal
    models, pairwise differences call some of them clearly worse by mistake.

    Args:
        report: The outcome of a selection, fresh or parsed from JSON.
        top: Explain only so many standings. Who may be best, and all else, still counts all.

    Raises:
        ValueError: If `top` is negative.
    """
    return explained(report, report.ranked, top)


def explained(
    report: SelectionReport, ranked: Iterable[ModelBundle], top: int | None
) -> Explanation:
    """Return what `explain` does, taking the ranked bundles from somebody who may count them."""
    with paused_collection_of_survivors():
        return _explained(report, list(_judged(ranked)), top)


def _explained(report: SelectionReport, judged: list[_Judged], top: int | None) -> Explanation:
    remaining = may_be_best([one.estimate for one in judged])
    return Explanation(
        standings=[
            _standing(rank, one, judged[0], report, may_be_best=remains)
            for rank, (one, remains) in islice(
                enumerate(zip(judged, remaining, strict=True), start=1), top
            )
        ],
        may_be_best=[
            one.bundle.model_id for one, remains in zip(judged, remaining, strict=True) if remains
        ],
        best_interval=(
            interval(judged[0].estimate.limits(deviations_for(len(judged)))) if judged else None
        ),
        lead=_lead(*judged[:2]) if len(judged) > 1 else None,
        near_misses=[record for record in report.excluded if record.kind == "constraint"],
    )


def _judged(ranked: Iterable[ModelBundle]) -> Iterator[_Judged]:
    for bundle in ranked:
        # A report ranks no bundle without documents; this says so to the type checker.
        for metadata, metrics in filter(None, (bundle.documents,)):
            scores = scores_from(metrics)
            yield _Judged(bundle, metadata, metrics, scores, macro_f1_estimate(metrics, scores))


def _standing(
    rank: int, one: _Judged, best: _Judged, report: SelectionReport, *, may_be_best: bool
) -> Standing:
    key, margin, reason = _against_best(one.bundle, report)
    difference = None if one is best else _difference(best, one)
    if difference is not None and difference.interval.high < 0:
        better = signed(-difference.macro_f1)
        reason = f"clearly better by its matrix (macro F1 {better}); as reported, {reason}"
    macro_f1, weighted_f1 = one.scores.macro_f1, one.scores.weighted_f1
    return Standing(
        rank=rank,
        model_id=one.bundle.model_id,
        **score(one.bundle, report.policy)._asdict(),
        deciding_key=key,
        margin=margin,
        reason=reason,
        matrix_macro_f1=macro_f1,
        matrix_weighted_f1=weighted_f1,
        macro_f1_interval=interval(one.estimate.limits()),
        behind_best=difference,
        may_be_best=may_be_best,
        same_samples=None if one is best else _supports(one) == _supports(best),
        inconsistencies=list(contradictions(one.metrics, one.metadata, macro_f1, weighted_f1)),
    )


def _supports(one: _Judged) -> dict[str, int]:
    return dict(zip(one.metrics.label_names, one.scores.support, strict=True))


def _difference(first: _Judged, second: _Judged) -> Difference:
    one, other = first.estimate, second.estimate
    return difference_of(one.value, one.limits(), other.value, other.limits())


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
        return "macro_f1", margin, f"macro_f1 {signed(margin)}"
    if weighted_f1 != best_weighted_f1:
        margin = weighted_f1 - best_weighted_f1
        return "weighted_f1", margin, f"tied macro_f1; weighted_f1 {signed(margin)}"
    if created_at != best_created_at:
        age = best_created_at - created_at
        reason = f"tied macro_f1, weighted_f1; created_at {age} earlier"
        return "created_at", -age.total_seconds(), reason
    reason = f"tied macro_f1, weighted_f1, created_at; model_id after {quoted(best.model_id)}"
    return "model_id", None, reason


def _lead(best: _Judged, runner_up: _Judged) -> Lead:
    difference = _difference(best, runner_up)
    low, high = difference.interval.low, difference.interval.high
    numbers = (
        f"macro F1 {signed(difference.macro_f1)} by the matrices, "
        f"95 % interval {signed(low)} to {signed(high)}"
    )
    if not (best.scores.samples and runner_up.scores.samples):
        reason = "No samples were evaluated, so there is nothing to compare"
    elif not difference.distinguishable:
        reason = f"Too close to call: {numbers}"
    else:
        reason = f"{'Clear' if low > 0 else 'The runner-up is clearly better'}: {numbers}"
    return Lead(
        best=best.bundle.model_id,
        runner_up=runner_up.bundle.model_id,
        difference=difference,
        clear=low > 0,
        reason=reason,
    )
