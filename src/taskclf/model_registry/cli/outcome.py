"""What a command leads to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """What a command has to say, in parts, the exit code, and notes for standard error."""

    parts: Iterable[str]
    exit_code: int
    notes: Sequence[str] = ()
