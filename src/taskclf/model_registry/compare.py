"""Replace the incumbent? By how much the candidate is better or worse, and on which classes.

Two scores compared by themselves say nothing about sampling luck, and macro F1 hides a class that
was lost behind others that were gained. The two confusion matrices answer both.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from taskclf.model_registry.contract.base import ContractModel, ReprArgs
from taskclf.model_registry.contract.change import Change, metadata_changes
from taskclf.model_registry.contract.documents import BundleMetrics, ModelMetadata
from taskclf.model_registry.contract.fields import Share, ShareDifference, WholeNumber
from taskclf.model_registry.contract.printable import quoted, signed, some_of
from taskclf.model_registry.contract.problem import Problem
from taskclf.model_registry.evidence.consistency import inconsistencies
from taskclf.model_registry.evidence.difference import Difference, difference_of
from taskclf.model_registry.evidence.estimates import estimates_from
from taskclf.model_registry.evidence.limits import Estimate, deviations, difference_limits
from taskclf.model_registry.evidence.model import Interval, interval
from taskclf.model_registry.reading.bundle import ModelBundle

__all__ = ["ClassComparison", "Comparison", "ScoreComparison", "Verdict", "compare"]

Verdict = Literal["better", "worse", "cannot tell"]
"""Whether the candidate is better than the incumbent, as far as the evaluations can tell."""

_CLASSES_NAMED = 3

_Samples = Annotated[int, WholeNumber(0, None, "Input should be a whole number, 0 or more")]


class ScoreComparison(ContractModel):
    """One score of both models, and by how much the candidate's is higher."""

    candidate: Share = Field(examples=[0.9714])
    """The candidate's score, from 0 to 1."""

    incumbent: Share = Field(examples=[0.9429])
    """The incumbent's score, from 0 to 1."""

    difference: ShareDifference = Field(examples=[0.0285])
    """The candidate's minus the incumbent's, from -1 to 1."""

    interval: Interval
    """Confidence interval of the difference, wide enough for all intervals of the classes, F1 and
    recall, to hold at once with 97.5 % confidence."""


class ClassComparison(ContractModel):
    """How well both models do on one class."""

    label: str = Field(examples=["Debug"])
    """The class."""

    candidate_support: _Samples = Field(examples=[70])
    """Number of samples of the class that the candidate was evaluated on."""

    incumbent_support: _Samples = Field(examples=[70])
    """Number of samples of the class that the incumbent was evaluated on."""

    f1: ScoreComparison
    """F1, the harmonic mean of precision and recall."""

    recall: ScoreComparison
    """Recall, the share of the class's samples that the model finds."""

    worse: bool
    """Whether the candidate's F1 or recall is clearly lower: the whole interval is below zero. If
    not, the class may still be worse, by as much as the interval says."""


class Comparison(ContractModel):
    """Whether a candidate should replace the incumbent, from their confusion matrices."""

    candidate: str = Field(examples=["2026-02-26-logreg"])
    """The `model_id` of the bundle that may replace the other."""

    incumbent: str = Field(examples=["2026-02-19-forest"])
    """The `model_id` of the bundle that is in use now."""

    verdict: Verdict
    """`better` if macro F1 is clearly higher and no class clearly worse; `worse` if macro F1 is
    clearly lower or some class clearly worse; else `cannot tell`, which never means "equal"."""

    not_worse: bool
    """Whether macro F1 is not lower by more than `margin`, and no class clearly worse."""

    margin: Share = Field(examples=[0.01])
    """How much lower macro F1 may be for `not_worse`."""

    reason: str = Field(examples=["Better: macro F1 +0.0312, 95 % interval +0.0101 to +0.0525."])
    """The verdict in one sentence, with the numbers."""

    candidate_macro_f1: Share = Field(examples=[0.9931])
    """The candidate's macro F1, as its matrix gives it."""

    incumbent_macro_f1: Share = Field(examples=[0.993])
    """The incumbent's macro F1, as its matrix gives it."""

    macro_f1: Difference
    """The candidate's macro F1 minus the incumbent's, with its 95 % interval."""

    classes: list[ClassComparison] = Field(repr=False)
    """Each class, in the order of the incumbent's `label_names`."""

    confusion_difference: list[list[ShareDifference]] = Field(repr=False)
    """For each true class, in that order, the share of its samples that the candidate assigns to
    each class, minus the incumbent's share. A row of zeros if either has no samples."""

    same_samples: bool
    """Whether both test sets have as many samples of each label. If not, the two were evaluated on
    different samples; if so, they may share them."""

    changed: list[Change] = Field(repr=False)
    """What differs in `metadata.json`, from the incumbent (`before`) to the candidate (`after`)."""

    candidate_inconsistencies: list[Problem] = Field(repr=False)
    """Where the candidate's documents contradict its confusion matrix, the only thing compared."""

    incumbent_inconsistencies: list[Problem] = Field(repr=False)
    """The same for the incumbent."""

    def _outcome(self) -> ReprArgs:
        yield "candidate", self.candidate
        yield "incumbent", self.incumbent
        yield "verdict", self.verdict
        yield "not_worse", self.not_worse
        yield "reason", self.reason


def compare(candidate: ModelBundle, incumbent: ModelBundle, *, margin: float = 0.0) -> Comparison:
    """Compare two bundles by their confusion matrices, over all and class by class.

    The verdict takes macro F1 at 95 %, and F1 and recall of each of r classes with
    z = Φ⁻¹(1 − 0.0125 / 2r), so that all these intervals hold at once with 97.5 % confidence, and
    some class is called worse by mistake in at most 1.25 % of cases (Bonferroni): half of what the
    look at macro F1 may be wrong, since either of the two can make the verdict. Intervals of
    differences are made as for
    [`macro_f1_difference`][taskclf.model_registry.evidence.macro_f1_difference]: both evaluations
    are taken as independent, which is conservative for a shared test set.

    That no class is clearly worse is weak evidence: with 24 samples of a class, a quarter of its
    recall is lost unseen in 99 % of cases. Look at the intervals.

    Args:
        candidate: A valid bundle.
        incumbent: Another valid bundle, of the same labels in any order. Its `schema_hash` may be
            another one, since retraining changes features: `changed` says so.
        margin: How much lower macro F1 may be for `not_worse`, from 0 to 1.

    Raises:
        ValueError: If a bundle is invalid, if both are the same one, if their labels differ, or if
            `margin` is not from 0 to 1.
    """
    if not 0 <= margin <= 1:
        raise ValueError(f"margin should be from 0 to 1, not {margin}")
    if candidate.path == incumbent.path:
        raise ValueError(f"Both bundles are {str(candidate.path)!r}; expected two different ones")
    metadata, metrics = _documents(candidate)
    metadata_before, metrics_before = _documents(incumbent)
    _refuse_other_labels(candidate, incumbent)
    order = metrics_before.label_names
    now, before = _side(metrics, order), _side(metrics_before, order)
    macro_f1 = _over_all(now.macro_f1, before.macro_f1)
    z = deviations(0.0125 / (2 * len(order)))
    classes = [
        _class(label, one, other, z)
        for label, one, other in zip(order, now.classes, before.classes, strict=True)
    ]
    worse = [one for one in classes if one.worse]
    verdict = _verdict(macro_f1, worse)
    return Comparison(
        candidate=candidate.model_id,
        incumbent=incumbent.model_id,
        verdict=verdict,
        not_worse=macro_f1.interval.low > -margin and not worse,
        margin=margin,
        reason=_reason(verdict, macro_f1, classes),
        candidate_macro_f1=now.macro_f1.value,
        incumbent_macro_f1=before.macro_f1.value,
        macro_f1=macro_f1,
        classes=classes,
        confusion_difference=list(map(_shift, now.rows, before.rows)),
        same_samples=all(one.candidate_support == one.incumbent_support for one in classes),
        changed=metadata_changes(metadata_before, metadata),
        candidate_inconsistencies=inconsistencies(metrics, metadata),
        incumbent_inconsistencies=inconsistencies(metrics_before, metadata_before),
    )


def _documents(bundle: ModelBundle) -> tuple[ModelMetadata, BundleMetrics]:
    if bundle.documents is None:
        raise ValueError(f"{quoted(bundle.model_id)} is invalid: {bundle.invalid_reason}")
    return bundle.documents


def _refuse_other_labels(candidate: ModelBundle, incumbent: ModelBundle) -> None:
    (metadata, metrics), (metadata_before, metrics_before) = map(_documents, (candidate, incumbent))
    for name, labels, expected in (
        ("label_set", set(metadata.label_set), set(metadata_before.label_set)),
        ("label_names", set(metrics.label_names), set(metrics_before.label_names)),
    ):
        if labels != expected:
            pairs = (("missing", expected - labels), ("unexpected", labels - expected))
            how = "; ".join(f"{word} {some_of(which)}" for word, which in pairs if which)
            raise ValueError(
                f"{quoted(candidate.model_id)} has another {name} than "
                f"{quoted(incumbent.model_id)} ({how}); expected two models of the same labels"
            )


class _OneClass(NamedTuple):
    """What one model's matrix says about one class."""

    support: int
    f1: Estimate
    recall: Estimate


class _Side(NamedTuple):
    """What one model's matrix says, with its rows, columns and classes in a given order."""

    rows: list[list[int]]
    macro_f1: Estimate
    classes: list[_OneClass]


def _side(metrics: BundleMetrics, labels: Sequence[str]) -> _Side:
    at = {label: index for index, label in enumerate(metrics.label_names)}
    order = [at[label] for label in labels]
    rows = [[metrics.confusion_matrix[i][j] for j in order] for i in order]
    macro_f1, f1, recall = estimates_from(metrics)
    classes = [_OneClass(sum(row), f1[i], recall[i]) for i, row in zip(order, rows, strict=True)]
    return _Side(rows, macro_f1, classes)


def _over_all(now: Estimate, before: Estimate) -> Difference:
    return difference_of(now.value, now.limits(), before.value, before.limits())


def _class(label: str, now: _OneClass, before: _OneClass, z: float) -> ClassComparison:
    f1, recall = _score(now.f1, before.f1, z), _score(now.recall, before.recall, z)
    return ClassComparison(
        label=label,
        candidate_support=now.support,
        incumbent_support=before.support,
        f1=f1,
        recall=recall,
        worse=f1.interval.high < 0 or recall.interval.high < 0,
    )


def _score(now: Estimate, before: Estimate, z: float) -> ScoreComparison:
    return ScoreComparison(
        candidate=now.value,
        incumbent=before.value,
        difference=now.value - before.value,
        interval=interval(difference_limits(now, before, z)),
    )


def _shift(now: Sequence[int], before: Sequence[int]) -> list[float]:
    """Return how a row's shares differ; zeros where one of them is of no samples."""
    total, total_before = sum(now), sum(before)
    if not total or not total_before:
        return [0.0] * len(now)
    return [n / total - b / total_before for n, b in zip(now, before, strict=True)]


def _verdict(macro_f1: Difference, worse: Sequence[ClassComparison]) -> Verdict:
    if worse or macro_f1.interval.high < 0:
        return "worse"
    return "better" if macro_f1.interval.low > 0 else "cannot tell"


def _reason(verdict: Verdict, macro_f1: Difference, classes: Sequence[ClassComparison]) -> str:
    low, high = signed(macro_f1.interval.low), signed(macro_f1.interval.high)
    numbers = f"macro F1 {signed(macro_f1.macro_f1)}, 95 % interval {low} to {high}"
    worse = [one for one in classes if one.worse]
    worse.sort(key=lambda one: (min(one.f1.difference, one.recall.difference), one.label))
    named = [quoted(one.label, 40) for one in worse[:_CLASSES_NAMED]]
    if len(worse) > len(named):
        named.append(f"and {len(worse) - len(named)} more")
    match verdict:
        case "better":
            return f"Better: {numbers}, and no class is clearly worse."
        case "worse" if macro_f1.interval.high >= 0:
            return f"Worse at {', '.join(named)}, though over all {numbers}."
        case "worse":
            return f"Worse: {numbers}" + (
                f"; clearly worse at {', '.join(named)}." if named else "."
            )
    for side in ("candidate_support", "incumbent_support"):
        if not any(getattr(one, side) for one in classes):
            return f"No samples were evaluated for the {side.partition('_')[0]}."
    return f"Too close to call: {numbers}."
