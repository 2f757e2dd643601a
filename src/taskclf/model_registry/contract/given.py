"""Which fields a model was given: pydantic's `model_fields_set`, one for many models."""

from collections.abc import Iterable
from typing import NoReturn, Self


class GivenFields(set[str]):
    """A set that many models share, and that therefore nobody can change.

    pydantic takes nothing but a `set`, and makes one for every model: in a bundle a third of all
    that it keeps. What is changed is a copy, which is a plain set.
    """

    __slots__ = ()

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("The fields that a model was given are shared, and cannot be changed")

    add = discard = remove = pop = clear = _refuse
    update = difference_update = _refuse
    intersection_update = symmetric_difference_update = _refuse
    __ior__ = __iand__ = __isub__ = __ixor__ = _refuse

    def copy(self) -> set[str]:
        """Return a set of the same fields that can be changed."""
        return set(self)

    __copy__ = copy

    def __reduce__(self) -> tuple[type[Self], tuple[Iterable[str]]]:
        return type(self), (sorted(self),)
