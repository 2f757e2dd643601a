"""A bundle that appears at once: written where no reader looks, synced, and then renamed.

The order of syncs decides what survives a power failure: files, then the directories that name
them, then the rename, then the parent directory. Whenever it happens, the bundle is either complete
or hidden.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from taskclf.model_registry.contract.documents import BundleMetrics, ModelMetadata
from taskclf.model_registry.contract.printable import quoted, some_of
from taskclf.model_registry.reading.files import MAX_DOCUMENT_BYTES
from taskclf.model_registry.reading.reader import read_bundle

# Windows syncs only what may be written, and no directories.
_TO_SYNC = os.O_RDWR if os.name == "nt" else os.O_RDONLY
_HAS_DIRECTORY_SYNC = os.name != "nt"

# What a file system answers that cannot sync directories, such as some network ones.
_NO_DIRECTORY_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP})

# What a rename answers when the new name is taken.
_TAKEN = frozenset({errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR})


@contextmanager
def publish_bundle(
    models_dir: str | os.PathLike[str],
    model_id: str,
    metadata: ModelMetadata,
    metrics: BundleMetrics,
) -> Iterator[Path]:
    """Publish a bundle at once: yield a hidden directory to complete, then rename it.

    The directory is beside the bundles and already contains both documents; save the model into it.
    Leaving the `with` block syncs every file to disk and renames the directory to `model_id`. An
    exception in the block removes the directory and propagates. A producer that is killed leaves a
    directory that readers skip, because its name starts with `.publish-`.

    Args:
        models_dir: The directory that contains the bundles; created if it does not exist.
        model_id: Name of the new bundle. Each training run needs a name of its own.
        metadata: The document `metadata.json`.
        metrics: The document `metrics.json`, about the labels of `metadata`.

    Yields:
        The hidden directory, absolute.

    Raises:
        FileExistsError: If something has the name `model_id` already, before anything is written,
            or if it appeared during the block.
        ValueError: If `model_id` is empty, hidden, not UTF-8 or contains a separator; if the
            documents name different labels; or if a document in the directory is not valid, because
            it is too large or because the model was saved over it.
        OSError: If the disk is full, or a directory is lost or may not be written to. The hidden
            directory is removed. Only if the last step fails, the sync of the rename itself, is
            the bundle there.
    """
    _check_name(model_id)
    _check_labels(metadata, metrics)
    directory = os.path.abspath(models_dir)
    bundle = os.path.join(directory, model_id)
    _make_directory(directory)
    _check_free(bundle)
    hidden = os.path.join(directory, f".publish-{os.urandom(8).hex()}")
    try:
        # `tempfile` would close it to everybody else, consumers included.
        os.mkdir(hidden)
        _write(os.path.join(hidden, "metadata.json"), metadata)
        _write(os.path.join(hidden, "metrics.json"), metrics)
        _check_documents(hidden)
        yield Path(hidden)
        _sync_tree(hidden)
        _check_documents(hidden)
        _rename(hidden, bundle)
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        raise
    _sync_directory(directory)


def _check_name(model_id: str) -> None:
    fault = None
    if not model_id:
        fault = "is empty"
    elif model_id.startswith("."):
        fault = "starts with a dot, which hides it from readers"
    elif not {"/", "\\", "\0"}.isdisjoint(model_id):
        fault = "contains a separator; expected a directory's name, not a path"
    elif model_id != model_id.encode(errors="replace").decode():
        fault = "is not UTF-8"
    if fault:
        raise ValueError(f"model_id {quoted(model_id)} {fault}")


def _check_labels(metadata: ModelMetadata, metrics: BundleMetrics) -> None:
    label_set, label_names = set(metadata.label_set), set(metrics.label_names)
    parts = [
        f"only {name} has {some_of(labels)}"
        for name, labels in (
            ("label_set", label_set - label_names),
            ("label_names", label_names - label_set),
        )
        if labels
    ]
    if parts:
        raise ValueError(f"metadata and metrics name different labels: {'; '.join(parts)}")


def _check_free(bundle: str) -> None:
    try:
        os.lstat(bundle)
    except FileNotFoundError:
        return
    raise _taken(bundle)


def _taken(bundle: str) -> FileExistsError:
    message = "Exists already; give each training run a model_id of its own"
    return FileExistsError(errno.EEXIST, message, bundle)


def _make_directory(directory: str) -> None:
    missing = []
    while not os.path.isdir(directory):
        missing.append(directory)
        directory = os.path.dirname(directory)
    for path in reversed(missing):
        with suppress(FileExistsError):  # Another producer was faster.
            os.mkdir(path)
        _sync_directory(os.path.dirname(path))


def _write(path: str, document: ModelMetadata | BundleMetrics) -> None:
    text = document.model_dump_json(indent=2) + "\n"
    if len(text.encode()) > MAX_DOCUMENT_BYTES:
        # Indented, each cell of a matrix has a line.
        text = document.model_dump_json() + "\n"
    with open(path, "x", encoding="utf-8", newline="\n") as file:
        file.write(text)


def _check_documents(hidden: str) -> None:
    """Read the documents as a consumer will: the block may have written over them."""
    bundle = read_bundle(hidden)
    if bundle.documents is None:
        raise ValueError(f"The documents are not valid: {bundle.invalid_reason}")
    _check_labels(*bundle.documents)


def _rename(hidden: str, bundle: str) -> None:
    _check_free(bundle)  # A rename replaces an empty directory.
    try:
        os.rename(hidden, bundle)
    except OSError as error:
        if error.errno in _TAKEN:
            raise _taken(bundle) from error
        raise


def _sync_tree(directory: str) -> None:
    """Sync everything in the directory, then the directory itself; links are not followed."""
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                _sync_tree(entry.path)
            elif entry.is_file(follow_symlinks=False):
                _sync(entry.path, _TO_SYNC)
    _sync_directory(directory)


def _sync_directory(directory: str) -> None:
    if _HAS_DIRECTORY_SYNC:
        try:
            _sync(directory, os.O_RDONLY)
        except OSError as error:
            if error.errno not in _NO_DIRECTORY_SYNC:
                raise


def _sync(path: str, flags: int) -> None:
    fd = os.open(path, flags)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
