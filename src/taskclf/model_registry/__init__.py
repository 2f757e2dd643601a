"""Which model bundle do I use, and why not the others?

A model bundle is a directory that holds `metadata.json` and `metrics.json` beside a model file.
This package validates bundles (`read_bundle`, `list_bundles`), and selects the best one for a
consumer (`find_best_model`) with a report that explains every decision.
"""

from taskclf.model_registry.bundle import ModelBundle, read_bundle
from taskclf.model_registry.documents import BundleMetrics, ModelMetadata
from taskclf.model_registry.problem import Problem
from taskclf.model_registry.registry import (
    find_best_model,
    is_compatible,
    list_bundles,
    passes_constraints,
)
from taskclf.model_registry.selection import (
    ExclusionRecord,
    SelectionPolicy,
    SelectionReport,
    score,
)

__all__ = [
    "BundleMetrics",
    "ExclusionRecord",
    "ModelBundle",
    "ModelMetadata",
    "Problem",
    "SelectionPolicy",
    "SelectionReport",
    "find_best_model",
    "is_compatible",
    "list_bundles",
    "passes_constraints",
    "read_bundle",
    "score",
]
