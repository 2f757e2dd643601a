"""What a consumer requires beyond compatibility: the policy and its gates."""

from collections.abc import Collection, Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from taskclf.model_registry.contract.base import ContractModel, ReprArgs, broken_rule, reject
from taskclf.model_registry.contract.documents import DataProvenance
from taskclf.model_registry.contract.fields import Count, Label, Share, WholeNumber
from taskclf.model_registry.contract.in_python import Items
from taskclf.model_registry.contract.printable import quoted, some_of


class SelectionPolicy(ContractModel, extra="forbid"):
    """What a bundle must satisfy beyond compatibility, and how eligible bundles are ranked.

    Unknown keys are an error; otherwise a misspelt gate would silently do nothing.
    """

    version: Annotated[int, WholeNumber(1, 2, "Unknown policy version; expected 1 or 2")] = 1
    """Version of the policy. Version 1 requires only a valid bundle; version 2 adds the gates
    below, all optional. Both rank by macro F1, then weighted F1, then creation time, then
    `model_id`."""

    require_consistent_metrics: bool = False
    """Whether the reported F1 scores must follow from the confusion matrix, give or take rounding
    to four digits, and `label_names` must be the same set as `label_set`."""

    min_macro_f1: Share | None = Field(default=None, examples=[0.8])
    """Lowest acceptable macro F1, both as reported and as computed from the confusion matrix."""

    min_weighted_f1: Share | None = Field(default=None, examples=[0.8])
    """Lowest acceptable weighted F1, both as reported and as computed from the matrix."""

    min_class_precision: Share | None = Field(default=None, examples=[0.6])
    """Lowest acceptable precision of any class, from the confusion matrix."""

    min_class_recall: Share | None = Field(default=None, examples=[0.6])
    """Lowest acceptable recall of any class, from the confusion matrix."""

    min_precision: dict[Label, Share] | None = Field(default=None, examples=[{"BreakIdle": 0.95}])
    """Lowest acceptable precision by label, for labels that the consumer requires."""

    min_recall: dict[Label, Share] | None = Field(default=None, examples=[{"Debug": 0.7}])
    """Lowest acceptable recall by label, for labels that the consumer requires."""

    min_samples: Count | None = Field(default=None, examples=[200])
    """Lowest acceptable number of evaluated samples: the sum of the confusion matrix."""

    min_class_support: Count | None = Field(default=None, examples=[20])
    """Lowest acceptable number of evaluated samples of any class: the sum of its row."""

    data_provenance: Annotated[Items[DataProvenance], Field(min_length=1)] | None = Field(
        default=None, examples=[["real", "mixed"]]
    )
    """Acceptable values of `data_provenance`; a bundle that has none fails."""

    def _outcome(self) -> ReprArgs:
        yield "version", self.version
        for name, field in type(self).model_fields.items():
            if getattr(self, name) != field.default and name != "version":
                yield name, getattr(self, name)

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


def gates_of_other_labels(
    policy: SelectionPolicy, labels: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield the gates for labels that are not among `labels`, each with what is wrong with it."""
    for gate, by_label in (
        ("min_precision", policy.min_precision),
        ("min_recall", policy.min_recall),
    ):
        for label in by_label or ():
            if label not in labels:
                known = f"it has {some_of(labels)}" if labels else "it is empty"
                yield (
                    gate,
                    (
                        f"Gate for {quoted(label)}, which is not in required_label_set ({known}); "
                        "correct the label or remove the gate"
                    ),
                )
