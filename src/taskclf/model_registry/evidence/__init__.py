"""What a confusion matrix proves: scores by class, how far they can be trusted, and about two.

A reported F1 is one number. The matrix behind it lets you check it, break it down by class, and say
how much of it is sampling luck. Everything here is a pure function of the documents.
"""

from taskclf.model_registry.evidence.consistency import inconsistencies
from taskclf.model_registry.evidence.difference import Difference, macro_f1_difference
from taskclf.model_registry.evidence.model import (
    ClassEvidence,
    Evidence,
    Interval,
    evidence_from,
)

__all__ = [
    "ClassEvidence",
    "Difference",
    "Evidence",
    "Interval",
    "evidence_from",
    "inconsistencies",
    "macro_f1_difference",
]
