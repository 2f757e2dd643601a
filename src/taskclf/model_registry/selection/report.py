"""The decision as data: what was required, what was ranked, what was excluded and why."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Literal, Self, cast

from pydantic import Field, model_validator
from pydantic_core import InitErrorDetails

from taskclf.model_registry.contract.base import (
    ContractModel,
    ReprArgs,
    broken_rule,
    built,
    reject,
)
from taskclf.model_registry.contract.given import GivenFields
from taskclf.model_registry.contract.in_python import Items
from taskclf.model_registry.contract.printable import quoted
from taskclf.model_registry.contract.problem import Problem
from taskclf.model_registry.reading.bundle import BundlePath, ModelBundle
from taskclf.model_registry.reading.garbage import paused_collection_of_survivors
from taskclf.model_registry.selection.policy import SelectionPolicy, gates_of_other_labels
from taskclf.model_registry.selection.ranking import score

ExclusionKind = Literal["invalid", "incompatible", "constraint"]


class ExclusionRecord(ContractModel):
    """Why a bundle was not ranked."""

    model_id: str = Field(examples=["2026-02-19-forest"])
    """The directory's name."""

    path: BundlePath = Field(examples=["/models/2026-02-19-forest"])
    """The directory, absolute."""

    reason: str = Field(
        pattern="^(invalid|incompatible|constraint): ", examples=["invalid: missing metrics.json"]
    )
    """One printable line that starts with `invalid: `, `incompatible: ` or `constraint: `."""

    problems: Items[Problem] = Field(default=[], repr=False)
    """The reason as data: each problem of an invalid bundle, each mismatch of an incompatible one,
    or each gate that failed, with the gate's name as its type; and each with its place."""

    @property
    def kind(self) -> ExclusionKind:
        """The reason in one word: `"invalid"`, `"incompatible"` or `"constraint"`."""
        return cast("ExclusionKind", self.reason.partition(":")[0])


class SelectionReport(ContractModel):
    """The outcome of a selection: every bundle that was scanned, either ranked or excluded.

    A report checks itself when it is built or parsed.
    """

    best: ModelBundle | None
    """The first of `ranked`; null if no bundle is eligible."""

    ranked: Items[ModelBundle] = Field(repr=False)
    """The eligible bundles, best first; ties are broken by `model_id`, in alphabetical order."""

    excluded: Items[ExclusionRecord] = Field(repr=False)
    """All other bundles, each with a reason, sorted by `model_id`."""

    policy: SelectionPolicy
    """The policy that was applied."""

    required_schema_hash: str = Field(examples=["4077c2e1"])
    """The feature schema that was required."""

    required_label_set: Items[str] = Field(examples=[["Build", "Debug"]])
    """The labels that were required, sorted."""

    def _outcome(self) -> ReprArgs:
        yield "best", self.best.model_id if self.best is not None else None
        yield "ranked", len(self.ranked)
        yield "excluded", dict(Counter(record.kind for record in self.excluded))
        yield "policy", self.policy

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """Return the report that was stored; pydantic's, with garbage collection held back."""
        with paused_collection_of_survivors():
            return super().model_validate_json(json_data, **options)

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
        for gate, message in gates_of_other_labels(self.policy, self.required_label_set):
            yield broken_rule("gate_of_other_label", message, value=gate, at=("policy", gate))


_ALL_FIELDS = GivenFields(SelectionReport.model_fields)


def report_on_bundles_read(**fields: Any) -> SelectionReport:
    """Return a report on bundles that this package has just read, its decision checked.

    pydantic would check each bundle again, in the order of the ranking, which is none for the
    processor's cache: a twentieth of a scan.
    """
    report = built(SelectionReport, _ALL_FIELDS, fields)
    reject(*report._contradictions())  # noqa: SLF001 - the check is the class's, and so is this
    return report
