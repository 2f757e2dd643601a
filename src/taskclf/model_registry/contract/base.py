"""What every model of this package shares: how it reads its input, and how it refuses it."""

from collections.abc import Iterable
from typing import Any, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from taskclf.model_registry.contract import display
from taskclf.model_registry.contract.given import GivenFields

RuleCode = Literal[
    "best_not_first",
    "date_order",
    "gate_in_version_1",
    "gate_of_other_label",
    "not_in_order",
    "not_one_decision",
    "offset_seconds",
    "repeated_label",
    "row_count",
    "row_length",
    "too_deep",
    "verdict",
]
"""The rules that no type states: the stable types of their errors."""


ReprArgs: TypeAlias = Iterable[tuple[str | None, Any]]
"""Names and values of a repr, as pydantic has them."""


class ContractModel(BaseModel):
    """A frozen model that reads strictly and ignores keys that it does not know."""

    model_config = ConfigDict(frozen=True, strict=True, use_attribute_docstrings=True)

    def __repr_args__(self) -> ReprArgs:
        """Return what the plain repr shows; large models show only their outcome."""
        return self._outcome() or super().__repr_args__()

    def _outcome(self) -> ReprArgs:
        """Return names and values for a repr of a line or three, or nothing for all fields."""
        return ()

    def _repr_html_(self) -> str | None:
        """Return HTML for a notebook, or None if the plain repr will do."""
        return display.notebook_html(self)


Model = TypeVar("Model", bound=ContractModel)

_set = object.__setattr__  # A frozen model has no other way.


def built(model: type[Model], given: GivenFields, fields: dict[str, Any]) -> Model:
    """Return a model of values that this package has made or validated itself.

    To validate them again would cost a tenth of a scan, and `model_construct` half of that.

    Args:
        model: The class.
        given: The names of the fields, of which pydantic keeps a record; one for many models.
        fields: The value of every field.
    """
    instance = model.__new__(model)
    _set(instance, "__dict__", fields)
    _set(instance, "__pydantic_fields_set__", given)
    _set(instance, "__pydantic_extra__", None)
    _set(instance, "__pydantic_private__", None)
    return instance


def broken_rule(
    code: RuleCode, message: str, *, value: object, at: tuple[str | int, ...] = ()
) -> InitErrorDetails:
    """Describe one broken rule, `at` a place below the field whose validator found it."""
    return InitErrorDetails(type=PydanticCustomError(code, message), loc=at, input=value)


def reject(*broken: InitErrorDetails) -> None:
    """Raise all the broken rules together, each at its own place; do nothing when there are none.

    Raises:
        ValidationError: If any rule is broken. pydantic merges it into the error of the document.
    """
    if broken:
        raise ValidationError.from_exception_data("contract", list(broken))
