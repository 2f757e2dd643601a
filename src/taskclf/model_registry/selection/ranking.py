"""The order of eligible bundles: what they are ranked by, and which comes first."""

from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from taskclf.model_registry.contract.printable import quoted
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.selection.policy import SelectionPolicy


class Score(NamedTuple):
    """What a bundle is ranked by: compared field by field, greater is better."""

    macro_f1: float
    """As `metrics.json` reports it, from 0 to 1."""

    weighted_f1: float
    """As `metrics.json` reports it, from 0 to 1."""

    created_at: datetime
    """When the bundle was made, with offset."""


def score(
    bundle: ModelBundle,
    policy: SelectionPolicy,  # noqa: ARG001 - the one version there is has one order
) -> Score:
    """Return what the policy ranks the bundle by: macro F1, weighted F1 and creation time.

    Of two scores the greater is the better one. Instants compare across offsets.

    Raises:
        ValueError: If the bundle is invalid, so that there is nothing to score.
    """
    documents = bundle.documents
    if documents is None:
        raise ValueError(
            f"Cannot score invalid bundle {quoted(bundle.model_id)}: {bundle.invalid_reason}"
        )
    metadata, metrics = documents
    return Score(metrics.macro_f1, metrics.weighted_f1, metadata.created_at)


def rank(bundles: Iterable[ModelBundle], policy: SelectionPolicy) -> list[ModelBundle]:
    """Return the bundles best first: by `score` descending, then by `model_id` ascending.

    Raises:
        ValueError: If one of the bundles is invalid.
    """
    standings = [(score(bundle, policy), bundle.model_id, bundle) for bundle in bundles]
    standings.sort(key=itemgetter(1))
    standings.sort(key=itemgetter(0), reverse=True)  # Stable: equal scores stay in that order.
    return [bundle for _, _, bundle in standings]
