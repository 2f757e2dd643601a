"""One bundle as read: its documents, or everything that is wrong with it."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    Field,
    PlainSerializer,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)
from pydantic_core import InitErrorDetails

from taskclf.model_registry.contract.base import ContractModel, ReprArgs, broken_rule, reject
from taskclf.model_registry.contract.documents import BundleMetrics, ModelMetadata
from taskclf.model_registry.contract.fields import Rfc3339DateTime
from taskclf.model_registry.contract.in_python import Items
from taskclf.model_registry.contract.problem import Problem
from taskclf.model_registry.reading.names import as_utf8, from_utf8


def _path_from(value: object, otherwise: ValidatorFunctionWrapHandler) -> object:
    # Once it is a path, what marks an escaped one is gone.
    if isinstance(value, str) and (path := from_utf8(value)) != value:
        return Path(path)
    return otherwise(value)


def _path_text(path: Path) -> str:
    return as_utf8(str(path))


BundlePath = Annotated[
    Path,
    Field(strict=False),
    WrapValidator(_path_from),
    PlainSerializer(_path_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string"}),
]


class ModelBundle(ContractModel):
    """One directory as the library sees it: both documents, or everything that is wrong with it."""

    model_id: str = Field(examples=["2026-02-26-logreg"])
    r"""The directory's name; if it is not UTF-8, `./` and the name with escapes such as `\xff`."""

    path: BundlePath = Field(examples=["/models/2026-02-26-logreg"])
    """The directory, absolute; in JSON, escaped like `model_id`."""

    valid: bool
    """Whether both documents satisfy the contract."""

    invalid_reason: str | None = Field(default=None, examples=["missing metrics.json"])
    """The problems in one printable line of at most 300 characters; null if the bundle is valid."""

    metadata: ModelMetadata | None = Field(default=None, repr=False)
    """The document `metadata.json`; null if it could not be read or breaks the contract."""

    metrics: BundleMetrics | None = Field(default=None, repr=False)
    """The document `metrics.json`; null if it could not be read or breaks the contract."""

    created_at: Rfc3339DateTime | None = None
    """When the bundle was made, from `metadata`; null without it."""

    problems: Items[Problem] = Field(default=[], repr=False)
    """Everything that is wrong with the bundle; empty if it is valid."""

    @property
    def documents(self) -> tuple[ModelMetadata, BundleMetrics] | None:
        """Both documents of a valid bundle; None for an invalid one, even if one is fine."""
        if not self.valid or self.metadata is None or self.metrics is None:
            return None
        return self.metadata, self.metrics

    def _outcome(self) -> ReprArgs:
        yield "model_id", self.model_id
        yield "valid", self.valid
        if self.documents is None:
            yield "invalid_reason", self.invalid_reason
        else:
            _, metrics = self.documents
            yield "macro_f1", metrics.macro_f1

    @model_validator(mode="after")
    def _check_verdict(self) -> Self:
        # A report has this run again for each of its bundles, so it asks for each field once.
        broken: list[InitErrorDetails] = []
        valid, metadata, created_at = self.valid, self.metadata, self.created_at
        if valid and (metadata is None or self.metrics is None or self.problems):
            message = "A valid bundle has both documents and no problems"
            broken.append(broken_rule("verdict", message, value=valid, at=("valid",)))
        if valid is not (self.invalid_reason is None):
            message = "A bundle has an invalid_reason exactly when it is not valid"
            broken.append(broken_rule("verdict", message, value=valid, at=("invalid_reason",)))
        if metadata is not None and created_at != metadata.created_at:
            message = "Should equal metadata.created_at"
            broken.append(broken_rule("verdict", message, value=created_at, at=("created_at",)))
        reject(*broken)
        return self
