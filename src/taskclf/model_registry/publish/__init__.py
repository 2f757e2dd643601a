"""For producers: metrics that agree with their confusion matrix, and a bundle published at once.

`metrics_from_predictions` and `metrics_from_confusion_matrix` compute the scores, so that they
follow from the matrix. `publish_bundle` writes a bundle where no reader sees it, and renames it
into place once it is complete and on disk.
"""

from taskclf.model_registry.publish.directory import publish_bundle
from taskclf.model_registry.publish.metrics import (
    metrics_from_confusion_matrix,
    metrics_from_predictions,
)

__all__ = ["metrics_from_confusion_matrix", "metrics_from_predictions", "publish_bundle"]
