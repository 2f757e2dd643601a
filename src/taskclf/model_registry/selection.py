"""The decision, as data: which policy was asked for, what it ranked, what it excluded and why."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from operator import itemgetter
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import InitErrorDetails

from taskclf.model_registry.bundle import BundlePath, ModelBundle
from taskclf.model_registry.documents import DataProvenance
from taskclf.model_registry.fields import (
    MODEL_CONFIG,
    Count,
    NonEmptyStr,
    Share,
    WholeNumber,
    broken_rule,
    reject,
)
from taskclf.model_registry.printable import quoted

Score = tuple[float, float, datetime]
"""Macro F1, weighted F1, creation instant; the greater is better, compared in this order."""


class SelectionPolicy(BaseModel):
    """What a bundle must satisfy beyond compatibility, and how the eligible ones are ranked.

    Unknown keys are an error: a constraint with a typing mistake would otherwise not constrain.
    """

    model_config = ConfigDict(**MODEL_CONFIG, extra="forbid")

    version: Annotated[int, WholeNumber(1, 2, "Unknown policy version; expected 1 or 2")] = 1
    """Version of the policy. Version 1 asks for a valid bundle; version 2 adds the gates below,
    all optional. Both rank by macro F1, then weighted F1, then creation instant, then
    `model_id`."""

    require_consistent_metrics: bool = False
    """Whether the reported F1 scores have to follow from the confusion matrix, within rounding to
    four digits, and `label_names` and `label_set` have to be the same set."""

    min_macro_f1: Share | None = Field(default=None, examples=[0.8])
    """Least macro F1, both as reported and as the confusion matrix gives it."""

    min_weighted_f1: Share | None = Field(default=None, examples=[0.8])
    """Least weighted F1, both as reported and as the confusion matrix gives it."""

    min_class_precision: Share | None = Field(default=None, examples=[0.6])
    """Least precision of every class, from the confusion matrix."""

    min_class_recall: Share | None = Field(default=None, examples=[0.6])
    """Least recall of every class, from the confusion matrix."""

    min_precision: dict[NonEmptyStr, Share] | None = Field(
        default=None, examples=[{"BreakIdle": 0.95}]
    )
    """Least precision by label, for labels that the consumer requires."""

    min_recall: dict[NonEmptyStr, Share] | None = Field(default=None, examples=[{"Debug": 0.7}])
    """Least recall by label, for labels that the consumer requires."""

    min_samples: Count | None = Field(default=None, examples=[200])
    """Least number of evaluated samples, the sum of the confusion matrix."""

    min_class_support: Count | None = Field(default=None, examples=[20])
    """Least number of evaluated samples of every class, the sum of its row."""

    data_provenance: Annotated[list[DataProvenance], Field(min_length=1)] | None = Field(
        default=None, examples=[["real", "mixed"]]
    )
    """The values of `data_provenance` that are allowed; a bundle without one fails."""

    @model_validator(mode="after")
    def _check_gates_need_version_2(self) -> Self:
        if self.version == 1:
            message = "A gate needs policy version 2; set version to 2, or remove the gate"
            reject(
                *(
                    broken_rule("gate_in_version_1", message, value=value, at=(name,))
                    for name, value in self
                    if name != "version" and value is not None and value is not False
                )
            )
        return self


class ExclusionRecord(BaseModel):
    """Why one bundle was not ranked."""

    model_config = MODEL_CONFIG

    model_id: str = Field(examples=["2026-02-19-forest"])
    """The directory's name."""

    path: BundlePath = Field(examples=["/models/2026-02-19-forest"])
    """The directory, absolute."""

    reason: str = Field(
        pattern="^(invalid|incompatible|constraint): ", examples=["invalid: missing metrics.json"]
    )
    """One printable line that starts with `invalid: `, `incompatible: ` or `constraint: `."""


class SelectionReport(BaseModel):
    """The outcome of one selection: every bundle that was scanned is ranked or excluded.

    The report checks itself when it is built or parsed.
    """

    model_config = MODEL_CONFIG

    best: ModelBundle | None
    """The first of `ranked`; null when no bundle is eligible."""

    ranked: list[ModelBundle] = Field(repr=False)
    """The eligible bundles, best first; of equal scores the smaller `model_id` comes first."""

    excluded: list[ExclusionRecord] = Field(repr=False)
    """All other bundles with the reason for each, by `model_id`."""

    policy: SelectionPolicy
    """The policy that was applied."""

    required_schema_hash: str = Field(examples=["4077c2e1"])
    """The feature schema that was required."""

    required_label_set: list[str] = Field(examples=[["Build", "Debug"]])
    """The labels that were required, sorted."""

    def _repr_html_(self) -> str | None:
        """Return HTML for a notebook, or None (the plain repr is shown) without Jinja2."""
        # The one import that goes up: only a notebook asks, and only with the extra installed.
        try:
            from taskclf.model_registry.rendering.html import as_fragment  # noqa: PLC0415
        except ModuleNotFoundError:
            return None
        from taskclf.model_registry.rendering.report import page_of_report  # noqa: PLC0415

        return as_fragment(page_of_report(self))

    @model_validator(mode="after")
    def _check_decision(self) -> Self:
        reject(*self._contradictions())
        return self

    def _contradictions(self) -> Iterator[InitErrorDetails]:
        if self.best != (self.ranked[0] if self.ranked else None):
            message = "Should be the first of ranked, or null when nothing is ranked"
            yield broken_rule("best_not_first", message, value=self.best, at=("best",))
        standings = [(score(bundle, self.policy), bundle.model_id) for bundle in self.ranked]
        if any(
            worse > better or (worse == better and better_id > worse_id)
            for (better, better_id), (worse, worse_id) in pairwise(standings)
        ):
            message = "Should be in the order of the policy, best first"
            yield broken_rule("not_in_order", message, value=self.ranked, at=("ranked",))
        excluded = [record.model_id for record in self.excluded]
        if excluded != sorted(excluded):
            message = "Should be in the order of model_id"
            yield broken_rule("not_in_order", message, value=excluded, at=("excluded",))
        decided = [model_id for _, model_id in standings] + excluded
        if len(set(decided)) < len(decided):
            [(model_id, _)] = Counter(decided).most_common(1)
            message = f"Each bundle should be ranked or excluded, once; {quoted(model_id)} is not"
            yield broken_rule("not_one_decision", message, value=model_id)
        if self.required_label_set != sorted(set(self.required_label_set)):
            message = "Should be sorted, each label once"
            yield broken_rule(
                "not_in_order", message, value=self.required_label_set, at=("required_label_set",)
            )
        for gate, label in gates_of_other_labels(self.policy, self.required_label_set):
            message = f"Gate for {quoted(label)}, which is not in required_label_set"
            yield broken_rule("gate_of_other_label", message, value=label, at=("policy", gate))


def gates_of_other_labels(
    policy: SelectionPolicy, labels: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield the name and the label of every gate whose label is not among `labels`."""
    for gate, by_label in (
        ("min_precision", policy.min_precision),
        ("min_recall", policy.min_recall),
    ):
        for label in by_label or ():
            if label not in labels:
                yield gate, label


def score(
    bundle: ModelBundle,
    policy: SelectionPolicy,  # noqa: ARG001 - the one version there is has one order
) -> Score:
    """Return what the policy ranks the bundle by: macro F1, weighted F1, creation instant.

    Of two scores the greater is the better one. Instants compare across offsets.

    Raises:
        ValueError: If the bundle is invalid, so that there is nothing to score.
    """
    metrics, created_at = bundle.metrics, bundle.created_at
    if not bundle.valid or metrics is None or created_at is None:
        raise ValueError(
            f"Cannot score invalid bundle {quoted(bundle.model_id)}: {bundle.invalid_reason}"
        )
    return metrics.macro_f1, metrics.weighted_f1, created_at


def rank(bundles: Iterable[ModelBundle], policy: SelectionPolicy) -> list[ModelBundle]:
    """Return the bundles best first: by `score` descending, then by `model_id` ascending.

    Raises:
        ValueError: If one of the bundles is invalid.
    """
    standings = [(score(bundle, policy), bundle.model_id, bundle) for bundle in bundles]
    standings.sort(key=itemgetter(1))
    standings.sort(key=itemgetter(0), reverse=True)  # Stable: equal scores stay in that order.
    return [bundle for _, _, bundle in standings]
