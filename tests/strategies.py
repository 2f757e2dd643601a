"""Documents and bundles as Hypothesis draws them, and the way to put them on disk."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from taskclf.model_registry import (
    BundleMetrics,
    ModelBundle,
    ModelMetadata,
    Problem,
    SelectionPolicy,
    SelectionReport,
    select_best_model,
)
from taskclf.model_registry.compare import Comparison, compare
from taskclf.model_registry.selection.ranking import rank

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
shares = st.floats(0, 1)
labels = st.lists(texts, min_size=1, max_size=4, unique=True)
counts = st.integers(0, 2**53 - 1)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
offsets = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda m: timezone(timedelta(minutes=m)))
instants = st.datetimes(timezones=offsets)


@st.composite
def metadata(draw: st.DrawFn) -> ModelMetadata:
    days = sorted([draw(st.dates()), draw(st.dates())])
    return ModelMetadata(
        schema_version=draw(texts),
        schema_hash=draw(texts),
        label_set=draw(labels),
        train_date_from=days[0],
        train_date_to=days[1],
        params=draw(st.dictionaries(texts, json_values, max_size=3)),
        git_commit=draw(texts),
        dataset_hash=draw(texts),
        created_at=draw(instants),
        reject_threshold=draw(st.none() | shares),
        data_provenance=draw(st.sampled_from([None, "real", "synthetic", "mixed"])),
        unknown_category_freq_threshold=draw(st.none() | st.integers(0)),
        unknown_category_mask_rate=draw(st.none() | shares),
    )


@st.composite
def metrics(draw: st.DrawFn) -> BundleMetrics:
    names = draw(labels)
    row = st.lists(counts, min_size=len(names), max_size=len(names))
    return BundleMetrics(
        macro_f1=draw(shares),
        weighted_f1=draw(shares),
        label_names=names,
        confusion_matrix=draw(st.lists(row, min_size=len(names), max_size=len(names))),
    )


@st.composite
def bundles(draw: st.DrawFn) -> ModelBundle:
    model_id = draw(texts)
    documents = draw(st.none() | metadata()), draw(st.none() | metrics())
    valid = None not in documents
    return ModelBundle(
        model_id=model_id,
        path=Path("/models") / model_id,
        valid=valid,
        invalid_reason=None if valid else draw(texts),
        metadata=documents[0],
        metrics=documents[1],
        created_at=documents[0].created_at if documents[0] else None,
        problems=[] if valid else draw(st.lists(problems(), max_size=2)),
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    return Problem(
        document=draw(st.sampled_from([None, "metadata.json", "metrics.json"])),
        pointer=draw(
            st.lists(texts, max_size=2).map(lambda parts: "".join("/" + p for p in parts))
        ),
        type=draw(texts),
        message=draw(texts),
    )


@st.composite
def reports(draw: st.DrawFn) -> SelectionReport:
    """Draw a selection among a few bundles, of which the first valid one is compatible."""
    drawn = draw(st.lists(bundles(), max_size=4, unique_by=lambda bundle: bundle.model_id))
    [wanted, *_] = [b.metadata for b in drawn if b.valid and b.metadata] or [a_metadata()]
    policy = draw(st.sampled_from([SelectionPolicy(), SelectionPolicy(version=2, min_samples=9)]))
    return select_best_model(drawn, policy, wanted.schema_hash, wanted.label_set)


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    """Draw two bundles of the same labels, compared."""
    one, other = draw(metadata()), draw(metadata())
    evaluation = draw(metrics())
    rows = [draw(st.permutations(row)) for row in evaluation.confusion_matrix]
    again = evaluation.model_copy(update={"confusion_matrix": rows})
    other = other.model_copy(update={"label_set": one.label_set})
    candidate, incumbent = (
        ModelBundle(
            model_id=name,
            path=Path(name),
            valid=True,
            metadata=said,
            metrics=measured,
            created_at=said.created_at,
        )
        for name, said, measured in (("new", one, evaluation), ("old", other, again))
    )
    return compare(candidate, incumbent, margin=draw(shares))


def a_metadata(**changes: Any) -> ModelMetadata:
    """Return an ordinary `metadata.json`, changed where a test says so."""
    return ModelMetadata(**ORDINARY_METADATA | changes)


def a_metrics(**changes: Any) -> BundleMetrics:
    """Return an ordinary `metrics.json`, changed where a test says so."""
    return BundleMetrics(**ORDINARY_METRICS | changes)


def a_bundle(model_id: str = "logreg", **changes: Any) -> ModelBundle:
    """Return a valid bundle; `changes` go to the document that has the field."""
    metadata = a_metadata(**{k: v for k, v in changes.items() if k in ModelMetadata.model_fields})
    metrics = a_metrics(**{k: v for k, v in changes.items() if k in BundleMetrics.model_fields})
    return ModelBundle(
        model_id=model_id,
        path=Path("/models") / model_id,
        valid=True,
        metadata=metadata,
        metrics=metrics,
        created_at=metadata.created_at,
    )


def an_invalid_bundle(model_id: str = "broken") -> ModelBundle:
    """Return a bundle that has neither document."""
    return ModelBundle(
        model_id=model_id,
        path=Path("/models") / model_id,
        valid=False,
        invalid_reason="missing metadata.json; missing metrics.json",
    )


def a_report(*bundles: ModelBundle, **changes: Any) -> SelectionReport:
    """Return a report that ranks the bundles, changed where a test says so."""
    policy = changes.get("policy", SelectionPolicy())
    ranked = rank(bundles, policy)
    fields: dict[str, Any] = {
        "best": ranked[0] if ranked else None,
        "ranked": ranked,
        "excluded": [],
        "policy": policy,
        "required_schema_hash": ORDINARY_METADATA["schema_hash"],
        "required_label_set": ORDINARY_METADATA["label_set"],
    }
    return SelectionReport(**fields | changes)


def publish(
    directory: Path,
    metadata: ModelMetadata | bytes | None,
    metrics: BundleMetrics | bytes | None,
) -> Path:
    """Write a bundle; bytes as they are, and no file for None."""
    directory.mkdir(parents=True)
    for name, document in (("metadata.json", metadata), ("metrics.json", metrics)):
        if document is not None:
            content = document if isinstance(document, bytes) else document.model_dump_json()
            (directory / name).write_bytes(
                content if isinstance(content, bytes) else content.encode()
            )
    return directory


ORDINARY_METADATA: dict[str, Any] = {
    "schema_version": "v1",
    "schema_hash": "4077c2e1",
    "label_set": ["Build", "Debug"],
    "train_date_from": "2026-01-01",
    "train_date_to": "2026-01-31",
    "params": {"C": 1.0},
    "git_commit": "unknown",
    "dataset_hash": "sha256:3b0c",
    "created_at": datetime(2026, 2, 26, 12, 34, 56, tzinfo=UTC),
}

ORDINARY_METRICS: dict[str, Any] = {
    "macro_f1": 0.87,
    "weighted_f1": 0.89,
    "label_names": ["Build", "Debug"],
    "confusion_matrix": [[45, 2], [3, 50]],
}
