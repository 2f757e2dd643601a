"""Metrics of many labels, whose matrix is asked as a whole: cell by cell takes twice as long."""

from typing import Annotated, Any

from pydantic import FailFast, Field, ValidationError

from taskclf.model_registry.contract.base import built
from taskclf.model_registry.contract.documents import BundleMetrics
from taskclf.model_registry.contract.fields import MAX_SAFE_INTEGER
from taskclf.model_registry.contract.given import GivenFields


class _PlainMetrics(BundleMetrics):
    """The contract, but for its cells: integers written as such, of any size."""

    confusion_matrix: Annotated[
        list[Annotated[list[int], FailFast(), Field(min_length=1)]],
        FailFast(),
        Field(min_length=1),
    ]
    """Counts as in the contract, not yet held to their bounds."""


_VALIDATOR = _PlainMetrics.__pydantic_validator__
_ALL_FIELDS = GivenFields(BundleMetrics.model_fields)


def plain_metrics(text: bytes, parsed: Any) -> BundleMetrics | None:
    """Return what the contract makes of plain metrics; None where it has to look for itself.

    Args:
        text: The document.
        parsed: What it holds, or None where that is still to be found out.
    """
    try:
        if parsed is None:
            metrics = _VALIDATOR.validate_json(text)
        else:
            metrics = _VALIDATOR.validate_python(parsed)
    except ValidationError:
        return None
    rows = metrics.confusion_matrix
    # A cell is within its bounds where its row sums up to no more, and no cell is below 0.
    if max(map(sum, rows)) > MAX_SAFE_INTEGER or (b"-" in text and min(map(min, rows)) < 0):
        return None
    return built(BundleMetrics, _ALL_FIELDS, vars(metrics))
