"""Which model do I load, and why not the others?

A model bundle is a directory with a model file and two JSON documents, `metadata.json` and
`metrics.json`. This package validates bundles (`read_bundle`, `list_bundles`) and picks the best
one for a consumer (`find_best_model`), with a report that explains the decision about each.
"""

# For its effect: what a notebook shows is registered there.
import taskclf.model_registry.rendering.notebook  # noqa: F401
from taskclf.model_registry.contract.documents import BundleMetrics, ModelMetadata
from taskclf.model_registry.contract.problem import Problem
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.reading.reader import read_bundle
from taskclf.model_registry.registry import (
    find_best_model,
    is_compatible,
    list_bundles,
    passes_constraints,
    select_best_model,
)
from taskclf.model_registry.selection.policy import SelectionPolicy
from taskclf.model_registry.selection.ranking import Score, score
from taskclf.model_registry.selection.report import ExclusionRecord, SelectionReport

__all__ = [
    "BundleMetrics",
    "ExclusionRecord",
    "ModelBundle",
    "ModelMetadata",
    "Problem",
    "Score",
    "SelectionPolicy",
    "SelectionReport",
    "find_best_model",
    "is_compatible",
    "list_bundles",
    "passes_constraints",
    "read_bundle",
    "score",
    "select_best_model",
]
