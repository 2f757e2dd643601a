"""Reading many bundles while a person may be waiting."""

import os
from collections.abc import Iterable

from taskclf.model_registry.cli.progress import counted
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.reading.files import MAX_DOCUMENT_BYTES
from taskclf.model_registry.reading.garbage import paused_collection_of_survivors
from taskclf.model_registry.reading.reader import scan


def bundles_in(models_dir: str) -> list[ModelBundle]:
    """Return what `list_bundles` does, and show how far it is.

    Raises:
        OSError: As `list_bundles` does.
    """

    def read(bundles: Iterable[ModelBundle]) -> list[ModelBundle]:
        return list(counted(bundles, "Reading bundles", lambda: _entries_of(models_dir)))

    with paused_collection_of_survivors():
        return [b for part in scan(models_dir, None, MAX_DOCUMENT_BYTES, read) for b in part]


def _entries_of(models_dir: str) -> int:
    """Return about how many bundles there are: all that could be one by its name."""
    with os.scandir(models_dir) as entries:
        return sum(not entry.name.startswith(".") for entry in entries)
