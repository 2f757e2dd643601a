"""Which model bundle do I use, and why not the others?

A model bundle is a directory that holds `metadata.json` and `metrics.json` beside a model file.
This package validates bundles (`read_bundle`, `list_bundles`), and selects the best one for a
consumer (`find_best_model`) with a report that explains every decision.
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
