"""The contract of a model bundle: its two JSON documents, as pydantic models.

Both models are frozen and ignore unknown keys, because the contract grows by adding keys. Input is
strict: no number from a string or a bool, no `NaN`, no timestamp from a number. In Python, dates
may be `date` and `datetime` objects or RFC 3339 strings, and any collection of the right items will
do where JSON has an array: a tuple, a NumPy array or, for `label_set`, a set.
"""

from typing import Annotated, Literal, get_args

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import InitErrorDetails

from taskclf.model_registry.contract.base import ContractModel, broken_rule, reject
from taskclf.model_registry.contract.fields import (
    Labels,
    LabelSet,
    Matrix,
    Named,
    NonEmptyStr,
    Params,
    Rfc3339Date,
    Rfc3339DateTime,
    Share,
    WholeNumber,
)

DocumentName = Literal["metadata.json", "metrics.json"]

DOCUMENT_NAMES: tuple[DocumentName, ...] = get_args(DocumentName)
"""The two documents of a bundle, in the order they are read."""

DataProvenance = Annotated[
    Literal["real", "synthetic", "mixed"],
    Named("DataProvenance"),
    Field(description="Where training data came from."),
]


class ModelMetadata(ContractModel):
    """What a model was trained on and how: the document `metadata.json`."""

    schema_version: NonEmptyStr = Field(examples=["v1"])
    """Version of the feature schema, for people. Compatibility depends on `schema_hash` alone."""

    schema_hash: NonEmptyStr = Field(examples=["4077c2e1"])
    """Hash of the feature schema the model was trained on; compatible means equal."""

    label_set: LabelSet = Field(examples=[["Build", "Debug", "Write"]])
    """The labels the model can predict, in any order."""

    train_date_from: Rfc3339Date = Field(examples=["2026-01-01"])
    """First day of the training data."""

    train_date_to: Rfc3339Date = Field(examples=["2026-01-31"])
    """Last day of the training data; not before `train_date_from`."""

    params: Params = Field(examples=[{"C": 1.0, "max_iter": 200}])
    """Hyperparameters by name: any JSON values, nested at most 100 levels deep, numbers finite."""

    git_commit: NonEmptyStr = Field(examples=["9fceb02", "unknown"])
    """Commit of the code that trained the model, or `"unknown"`."""

    dataset_hash: NonEmptyStr = Field(examples=["sha256:3b0c44298fc1"])
    """Hash of the training data."""

    created_at: Rfc3339DateTime = Field(examples=["2026-02-26T12:34:56Z"])
    """When the bundle was made, with its offset from UTC; breaks ties, the later one wins."""

    reject_threshold: Share | None = Field(default=None, examples=[0.55])
    """Confidence, from 0 to 1, below which the model's prediction should be rejected, if any."""

    data_provenance: DataProvenance | None = Field(default=None, examples=["real"])
    """Where the training data came from, if known."""

    unknown_category_freq_threshold: (
        Annotated[int, WholeNumber(0, None, "Input should be a whole number, 0 or more")] | None
    ) = Field(default=None, examples=[5])
    """Categories seen fewer times than this in training count as unknown, if set."""

    unknown_category_mask_rate: Share | None = Field(default=None, examples=[0.05])
    """Share of categories masked as unknown during training, from 0 to 1, if any."""

    @field_validator("train_date_to")
    @classmethod
    def _check_date_order(cls, value: Rfc3339Date, info: ValidationInfo) -> Rfc3339Date:
        start = info.data.get("train_date_from")
        if start is not None and value < start:
            message = f"Is before train_date_from ({start}); expected that day or a later one"
            reject(broken_rule("date_order", message, value=value))
        return value


class BundleMetrics(ContractModel):
    """How well a model did on held-out data: the document `metrics.json`."""

    macro_f1: Share = Field(examples=[0.8712])
    """Unweighted mean of the classes' F1 scores, from 0 to 1; decides the ranking."""

    weighted_f1: Share = Field(examples=[0.8925])
    """Mean of the classes' F1 scores weighted by support, from 0 to 1; breaks ties in macro F1."""

    label_names: Labels = Field(examples=[["Build", "Debug"]])
    """The labels, in the order of the confusion matrix's rows and columns."""

    confusion_matrix: Matrix = Field(examples=[[[45, 2], [3, 50]]])
    """Counts of evaluated samples: n rows by n columns for n `label_names`. Rows are the true
    labels and columns the predicted ones, as scikit-learn's `confusion_matrix` returns them."""

    @field_validator("confusion_matrix")
    @classmethod
    def _check_square(cls, rows: list[list[int]], info: ValidationInfo) -> list[list[int]]:
        # Without usable labels the matrix can still be held to its own number of rows.
        size = len(info.data.get("label_names", rows))
        broken: list[InitErrorDetails] = []
        if len(rows) != size:
            message = f"Has {len(rows)} rows, expected {size}, one for each of label_names"
            broken.append(broken_rule("row_count", message, value=rows))
        for index, row in enumerate(rows):
            if len(row) != size:
                message = f"Has {len(row)} cells, expected {size}, one for each label"
                broken.append(broken_rule("row_length", message, value=row, at=(index,)))
                break
        reject(*broken)
        return rows
