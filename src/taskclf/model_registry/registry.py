"""The verbs: scan a directory of bundles, filter, rank, and explain every decision."""

import os
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from taskclf.model_registry.bundle import ModelBundle, bundle_in, model_id_of
from taskclf.model_registry.collection import (
    paused_collection,
    paused_collection_of_survivors,
)
from taskclf.model_registry.documents import ModelMetadata
from taskclf.model_registry.gates import failed_gates
from taskclf.model_registry.printable import quoted
from taskclf.model_registry.reading import MAX_DOCUMENT_BYTES
from taskclf.model_registry.selection import (
    ExclusionRecord,
    SelectionPolicy,
    SelectionReport,
    gates_of_other_labels,
    rank,
)

if TYPE_CHECKING:  # At run time it would import logging, for a name that only types need.
    from concurrent.futures import Executor

# Enough chunks for many workers to share, each large enough to be worth sending.
_CHUNKS = 64
_CHUNK_SIZE = 256

_HASH_SHOWN = 12
_LABELS_SHOWN = 3


def list_bundles(
    models_dir: str | os.PathLike[str],
    *,
    executor: "Executor | None" = None,
    max_document_bytes: int = MAX_DOCUMENT_BYTES,
) -> list[ModelBundle]:
    """Return every bundle in a directory, valid or not, sorted by `model_id`.

    Every immediate subdirectory is a bundle. Symbolic links are followed; files, and names that
    start with a dot, are skipped. A directory that does not exist holds no bundles: no model was
    promoted yet.

    Args:
        models_dir: The directory that holds the bundles.
        executor: Reads the bundles in chunks, in threads or processes or on other machines that
            see the same directory; the outcome is the same. It is used, not shut down.
        max_document_bytes: Documents larger than this, in bytes, are a problem of their bundle.

    Raises:
        NotADirectoryError: If `models_dir` is a file.
        PermissionError: If `models_dir` may not be listed.
        OSError: If `models_dir` cannot be listed for another reason, or if this process is out
            of descriptors or memory.
        Exception: Whatever the executor raises when it cannot do its work.
    """
    with paused_collection_of_survivors():
        return list(_scan(models_dir, executor, max_document_bytes))


def _scan(
    models_dir: str | os.PathLike[str], executor: "Executor | None", max_document_bytes: int
) -> Iterator[ModelBundle]:
    """Yield every bundle by `model_id`, each as soon as it is read."""
    directory = os.path.abspath(Path(models_dir))
    try:
        entries = os.scandir(directory)
    except FileNotFoundError:
        return
    with entries:
        names = [e.name for e in entries if not e.name.startswith(".") and _may_be_bundle(e)]
    names.sort(key=model_id_of)
    if executor is None:
        for name in names:
            yield bundle_in(os.path.join(directory, name), max_document_bytes)
        return
    size = min(len(names) // _CHUNKS + 1, _CHUNK_SIZE)
    chunks = [names[at : at + size] for at in range(0, len(names), size)]
    for part in executor.map(partial(_read_chunk, directory, max_document_bytes), chunks):
        yield from part


def _read_chunk(directory: str, max_document_bytes: int, names: list[str]) -> list[ModelBundle]:
    with paused_collection():
        return [bundle_in(os.path.join(directory, name), max_document_bytes) for name in names]


def _may_be_bundle(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return True  # A link that cannot be followed: reading it says why.


def is_compatible(
    bundle: ModelBundle, required_schema_hash: str, required_label_set: Collection[str]
) -> bool:
    """Return whether the bundle is valid and has the required schema hash and set of labels.

    Args:
        bundle: The bundle in question.
        required_schema_hash: Hash of the feature schema that the consumer computes.
        required_label_set: The labels that the consumer knows, in any order.

    Raises:
        TypeError: If `required_schema_hash` is not a string, or if `required_label_set` is a
            single string or holds anything but strings.
    """
    labels = _label_set(required_schema_hash, required_label_set)
    return _reason_to_exclude(bundle, required_schema_hash, labels) is None


def passes_constraints(bundle: ModelBundle, policy: SelectionPolicy) -> bool:
    """Return whether the bundle is valid and passes every gate of the policy.

    Version 1 has no gate. A gate for a label that the bundle was not evaluated on fails.
    """
    return bundle.valid and not failed_gates(bundle, policy)


def find_best_model(  # noqa: PLR0913 - four say what is asked, two keywords how to read
    models_dir: str | os.PathLike[str],
    policy: SelectionPolicy,
    required_schema_hash: str,
    required_label_set: Collection[str],
    *,
    executor: "Executor | None" = None,
    max_document_bytes: int = MAX_DOCUMENT_BYTES,
) -> SelectionReport:
    """Choose the best bundle of a directory and explain the decision on every other.

    Scan, keep the compatible bundles, apply the policy's constraints, rank by `score` descending
    and then by `model_id` ascending. The outcome does not depend on the directory's order.

    Args:
        models_dir: The directory that holds the bundles; one that does not exist holds none.
        policy: The gates that an eligible bundle passes, and the version of the ranking.
        required_schema_hash: Hash of the feature schema that the consumer computes.
        required_label_set: The labels that the consumer knows, in any order.
        executor: Reads the bundles, as in `list_bundles`.
        max_document_bytes: Documents larger than this, in bytes, are a problem of their bundle.

    Returns:
        A report whose `best` is None when no bundle is eligible; `ranked` and `excluded`
        together hold every bundle that was scanned.

    Raises:
        TypeError: If `required_schema_hash` is not a string, or if `required_label_set` is a
            single string or holds anything but strings.
        ValueError: If the policy has a gate for a label that is not in `required_label_set`.
        OSError: If `models_dir` cannot be listed, as in `list_bundles`.
        Exception: Whatever the executor raises when it cannot do its work.
    """
    labels = _label_set(required_schema_hash, required_label_set)
    for gate, label in gates_of_other_labels(policy, labels):
        raise ValueError(
            f"The policy's {gate} names {quoted(label)}, which is not in required_label_set "
            f"({_listed('it has', labels) or 'it is empty'}); correct the label or remove the gate"
        )
    excluded: list[ExclusionRecord] = []

    # Judged and scored as soon as it is read, a bundle is still in the processor's cache.
    def eligible() -> Iterator[ModelBundle]:
        for bundle in _scan(models_dir, executor, max_document_bytes):
            reason = _reason_to_exclude(bundle, required_schema_hash, labels)
            if reason is None and (failed := failed_gates(bundle, policy)):
                reason = f"constraint: {failed}"
            if reason is None:
                yield bundle
            else:
                excluded.append(
                    ExclusionRecord(model_id=bundle.model_id, path=bundle.path, reason=reason)
                )

    with paused_collection_of_survivors():
        ranked = rank(eligible(), policy)
        return SelectionReport(
            best=ranked[0] if ranked else None,
            ranked=ranked,
            excluded=excluded,
            policy=policy,
            required_schema_hash=required_schema_hash,
            required_label_set=sorted(labels),
        )


def _label_set(schema_hash: str, labels: Collection[str]) -> frozenset[str]:
    if not isinstance(schema_hash, str):
        raise TypeError(f"required_schema_hash should be a str, not {type(schema_hash).__name__}")
    if isinstance(labels, str):
        raise TypeError(
            "required_label_set should be a collection of labels such as {'Build', 'Debug'}, "
            f"not the single str {quoted(labels)}"
        )
    label_set = frozenset(labels)
    for label in label_set:
        if not isinstance(label, str):
            raise TypeError(f"required_label_set should hold str, not {type(label).__name__}")
    return label_set


def _reason_to_exclude(
    bundle: ModelBundle, required_schema_hash: str, required_labels: frozenset[str]
) -> str | None:
    if not bundle.valid or bundle.metadata is None:
        return f"invalid: {bundle.invalid_reason}"
    mismatches = _mismatches(bundle.metadata, required_schema_hash, required_labels)
    return f"incompatible: {mismatches}" if mismatches else None


def _mismatches(found: ModelMetadata, required_schema_hash: str, labels: frozenset[str]) -> str:
    parts = []
    if found.schema_hash != required_schema_hash:
        # A few characters tell two hashes apart, unless they start alike.
        alike = found.schema_hash[:_HASH_SHOWN] == required_schema_hash[:_HASH_SHOWN]
        required, other = (
            quoted(value, 80 if alike else _HASH_SHOWN + 3)
            for value in (required_schema_hash, found.schema_hash)
        )
        parts.append(f"schema_hash mismatch (required {required}, found {other})")
    if labels != set(found.label_set):
        missing = _listed("missing", labels.difference(found.label_set))
        unexpected = _listed("unexpected", set(found.label_set) - labels)
        parts.append(f"label_set mismatch ({'; '.join(filter(None, (missing, unexpected)))})")
    return "; ".join(parts)


def _listed(word: str, labels: Collection[str]) -> str:
    shown = [quoted(label, 40) for label in sorted(labels)[:_LABELS_SHOWN]]
    more = len(labels) - len(shown)
    if more:
        shown.append(f"and {more} more")
    return f"{word} {', '.join(shown)}" if shown else ""
