"""From a directory to a `ModelBundle`, and from a directory of bundles to many of them."""

import os
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from taskclf.model_registry.contract.base import built
from taskclf.model_registry.contract.documents import (
    DOCUMENT_NAMES,
    BundleMetrics,
    ModelMetadata,
)
from taskclf.model_registry.contract.given import GivenFields
from taskclf.model_registry.contract.problem import Problem, problem_at, reason_for
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.reading.files import EXHAUSTED, MAX_DOCUMENT_BYTES, read_documents
from taskclf.model_registry.reading.garbage import paused_collection
from taskclf.model_registry.reading.names import as_utf8
from taskclf.model_registry.reading.parsing import parse_document

if TYPE_CHECKING:  # At run time it would import logging, for a name that only types need.
    from concurrent.futures import Executor

# Enough chunks for many workers to share, each large enough to be worth sending.
_CHUNKS = 64
_CHUNK_SIZE = 256

Part = TypeVar("Part")

Contents = dict[str, bytes | OSError] | OSError

_ALL_FIELDS = GivenFields(ModelBundle.model_fields)


def read_bundle(
    path: str | os.PathLike[str], *, max_document_bytes: int = MAX_DOCUMENT_BYTES
) -> ModelBundle:
    """Return the bundle in one directory: valid, or with everything that is wrong with it.

    Only the two documents are opened, never the model file.

    Args:
        path: The bundle's directory.
        max_document_bytes: A larger document, in bytes, is a problem and is not read.

    Raises:
        OSError: If this process runs out of file descriptors or memory (`EMFILE`, `ENFILE`,
            `ENOMEM`). Anything else that is wrong is a problem of the bundle.
    """
    absolute = Path(os.path.abspath(Path(path)))
    with paused_collection():
        contents = contents_of(str(absolute), max_document_bytes)
        return bundle_of(absolute, absolute.name, contents)


def contents_of(directory: str, max_document_bytes: int) -> Contents:
    """Return the content of the directory's two documents, or the error from opening it.

    Raises:
        OSError: If this process is out of descriptors or memory.
    """
    try:
        return read_documents(directory, DOCUMENT_NAMES, max_document_bytes)
    except OSError as error:
        if error.errno in EXHAUSTED:
            raise
        return error.with_traceback(None)


def bundle_of(path: Path, name: str, contents: Contents) -> ModelBundle:
    """Return the bundle whose documents were read already.

    Args:
        path: The directory, absolute.
        name: The last part of the path.
        contents: The content of the documents.
    """
    if isinstance(contents, OSError):
        unreadable = problem_at("directory_unreadable", contents.strerror or str(contents))
        return _bundle(path, name, None, None, [unreadable])
    metadata, in_metadata = parse_document(
        ModelMetadata, "metadata.json", contents["metadata.json"]
    )
    metrics, in_metrics = parse_document(BundleMetrics, "metrics.json", contents["metrics.json"])
    return _bundle(path, name, metadata, metrics, in_metadata + in_metrics)


def _bundle(
    path: Path,
    name: str,
    metadata: ModelMetadata | None,
    metrics: BundleMetrics | None,
    problems: list[Problem],
) -> ModelBundle:
    model_id = as_utf8(name)
    if model_id != name:
        message = "Directory name should be UTF-8; rename the bundle"
        problems = [problem_at("directory_name_not_utf8", message), *problems]
    return built(
        ModelBundle,
        _ALL_FIELDS,
        {
            "model_id": model_id,
            "path": path,
            "valid": not problems,
            "invalid_reason": reason_for(problems) if problems else None,
            "metadata": metadata,
            "metrics": metrics,
            "created_at": metadata.created_at if metadata is not None else None,
            "problems": problems,
        },
    )


def scan(
    models_dir: str | os.PathLike[str],
    executor: "Executor | None",
    max_document_bytes: int,
    made_of: Callable[[Iterable[ModelBundle]], Part],
) -> Iterable[Part]:
    """Return what is made of the bundles, part by part, in the order of `model_id`.

    Args:
        models_dir: The directory that contains the bundles.
        executor: Reads the bundles in many parts; without it there is one.
        max_document_bytes: As for `read_bundle`.
        made_of: Called where the bundles are read, which may be another process: this function
            travels there, and of the bundles only what it returns travels back.
    """
    directory = os.path.abspath(Path(models_dir))
    try:
        entries = os.scandir(directory)
    except FileNotFoundError:
        return []
    with entries:
        names = [e.name for e in entries if not e.name.startswith(".") and _may_be_bundle(e)]
    names.sort(key=as_utf8)
    read = partial(_read, directory, max_document_bytes, made_of)
    if executor is None:
        return [read(names)]
    size = min(len(names) // _CHUNKS + 1, _CHUNK_SIZE)
    return executor.map(read, [names[at : at + size] for at in range(0, len(names), size)])


def _read(
    directory: str,
    max_document_bytes: int,
    made_of: Callable[[Iterable[ModelBundle]], Part],
    names: list[str],
) -> Part:
    # As text, since a `Path` takes itself apart when it is opened, and as a path, for the bundle.
    start, parent = os.path.join(directory, ""), Path(directory)
    with paused_collection():
        return made_of(
            bundle_of(parent / name, name, contents_of(start + name, max_document_bytes))
            for name in names
        )


def _may_be_bundle(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return True  # A link that cannot be followed: reading it says why.
