"""The verbs: list the bundles in a directory, and pick the best with a reason for the rest."""

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from taskclf.model_registry.contract.printable import quoted
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.reading.files import MAX_DOCUMENT_BYTES
from taskclf.model_registry.reading.garbage import paused_collection_of_survivors
from taskclf.model_registry.reading.reader import scan
from taskclf.model_registry.selection.eligibility import Judged, judged, mismatches, required_labels
from taskclf.model_registry.selection.gates import failed_gates
from taskclf.model_registry.selection.policy import SelectionPolicy, gates_of_other_labels
from taskclf.model_registry.selection.ranking import rank
from taskclf.model_registry.selection.report import (
    ExclusionRecord,
    SelectionReport,
    report_on_bundles_read,
)

if TYPE_CHECKING:  # At run time it would import logging, for a name that only types need.
    from concurrent.futures import Executor


def list_bundles(
    models_dir: str | os.PathLike[str],
    *,
    executor: "Executor | None" = None,
    max_document_bytes: int = MAX_DOCUMENT_BYTES,
) -> list[ModelBundle]:
    """Return every bundle in a directory, valid or not, sorted by `model_id`.

    Every immediate subdirectory is a bundle. Symbolic links are followed. Files, and names that
    start with a dot, are skipped. A directory that does not exist counts as empty: no model has
    been promoted yet.

    Args:
        models_dir: The directory that contains the bundles.
        executor: Reads the bundles in chunks: in threads, in processes, or on other machines that
            see the same directory. The outcome is the same. It is not shut down.
        max_document_bytes: A larger document, in bytes, makes its bundle invalid.

    Raises:
        NotADirectoryError: If `models_dir` is a file.
        PermissionError: If you may not list `models_dir`.
        OSError: If `models_dir` cannot be listed for another reason, or if this process runs out
            of file descriptors or memory.
        Exception: Whatever the executor raises if it cannot do its work.
    """
    with paused_collection_of_survivors():
        parts = scan(models_dir, executor, max_document_bytes, list)
        return [bundle for part in parts for bundle in part]


def is_compatible(
    bundle: ModelBundle, required_schema_hash: str, required_label_set: Collection[str]
) -> bool:
    """Return whether the bundle is valid and has the required schema hash and labels.

    Args:
        bundle: The bundle to check.
        required_schema_hash: Hash of the features that you compute.
        required_label_set: The labels that you can act on, in any order.

    Raises:
        TypeError: If `required_schema_hash` is not a string, or if `required_label_set` is a
            single string or contains anything but strings.
    """
    labels = required_labels(required_schema_hash, required_label_set)
    if bundle.documents is None:
        return False
    metadata, _ = bundle.documents
    return not mismatches(metadata, required_schema_hash, labels)


def passes_constraints(bundle: ModelBundle, policy: SelectionPolicy) -> bool:
    """Return whether the bundle is valid and passes every gate of the policy.

    Version 1 has no gates. A gate for a label that the bundle was not evaluated on fails.
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
    """Pick the best bundle in a directory, and say why each of the rest was left out.

    This is `select_best_model` over a scan, with each bundle judged as soon as it is read. The
    outcome does not depend on the order of the directory.

    Args:
        models_dir: The directory that contains the bundles. If it does not exist, it counts as
            empty.
        policy: The gates that a bundle must pass to be eligible.
        required_schema_hash: Hash of the features that you compute.
        required_label_set: The labels that you can act on, in any order.
        executor: Reads and judges the bundles, as in `list_bundles`.
        max_document_bytes: A larger document, in bytes, makes its bundle invalid.

    Returns:
        A report. Its `best` is None if no bundle is eligible. Every bundle that was scanned is
        either in `ranked` or in `excluded`.

    Raises:
        TypeError: If `required_schema_hash` is not a string, or if `required_label_set` is a
            single string or contains anything but strings.
        ValueError: If the policy has a gate for a label that is not in `required_label_set`.
        OSError: If `models_dir` cannot be listed, as in `list_bundles`.
        Exception: Whatever the executor raises when it cannot do its work.
    """
    labels = _usable(policy, required_schema_hash, required_label_set)
    judge = partial(judged, policy=policy, schema_hash=required_schema_hash, labels=labels)
    with paused_collection_of_survivors():
        parts = scan(models_dir, executor, max_document_bytes, judge)
        return _report(parts, policy, required_schema_hash, labels, report_on_bundles_read)


def select_best_model(
    bundles: Iterable[ModelBundle],
    policy: SelectionPolicy,
    required_schema_hash: str,
    required_label_set: Collection[str],
) -> SelectionReport:
    """Pick the best of the bundles you already have, and say why each of the rest was left out.

    Compatible bundles that pass the policy's gates are ranked by `score`, highest first, then by
    `model_id` in alphabetical order. The outcome does not depend on the order of `bundles`.

    Args:
        bundles: Any iterable, such as the result of `list_bundles`. It is read once.
        policy: The gates that a bundle must pass to be eligible.
        required_schema_hash: Hash of the features that you compute.
        required_label_set: The labels that you can act on, in any order.

    Returns:
        A report. Its `best` is None if no bundle is eligible. Every bundle is either in `ranked` or
        in `excluded`.

    Raises:
        TypeError: If `required_schema_hash` is not a string, or if `required_label_set` is a
            single string or contains anything but strings.
        ValueError: If the policy has a gate for a label that is not in `required_label_set`, or if
            two bundles have the same `model_id`.
    """
    labels = _usable(policy, required_schema_hash, required_label_set)
    with paused_collection_of_survivors():
        parts = [judged(bundles, policy, required_schema_hash, labels)]
        return _report(parts, policy, required_schema_hash, labels, SelectionReport)


def _usable(
    policy: SelectionPolicy, schema_hash: str, required_label_set: Collection[str]
) -> frozenset[str]:
    labels = required_labels(schema_hash, required_label_set)
    for gate, message in gates_of_other_labels(policy, labels):
        raise ValueError(f"{gate}: {message}")
    return labels


def _report(
    parts: Iterable[Judged],
    policy: SelectionPolicy,
    schema_hash: str,
    labels: frozenset[str],
    made: Callable[..., SelectionReport],
) -> SelectionReport:
    eligible: list[ModelBundle] = []
    excluded: list[ExclusionRecord] = []
    for some, others in parts:
        eligible += some
        excluded += others
    excluded.sort(key=attrgetter("model_id"))
    _refuse_repeated([*eligible, *excluded])
    ranked = rank(eligible, policy)
    return made(
        best=ranked[0] if ranked else None,
        ranked=ranked,
        excluded=excluded,
        policy=policy,
        required_schema_hash=schema_hash,
        required_label_set=sorted(labels),
    )


def _refuse_repeated(decided: Sequence[ModelBundle | ExclusionRecord]) -> None:
    names = [one.model_id for one in decided]
    if len(set(names)) < len(names):
        [(name, _)] = Counter(names).most_common(1)
        one, other = [str(each.path) for each in decided if each.model_id == name][:2]
        raise ValueError(f"Two bundles have the model_id {quoted(name)}: {one!r} and {other!r}")
