"""One bundle, looked at closely before it matters: what is wrong with it, and what is doubtful.

A warning never makes a bundle invalid. It says that a document contradicts itself, or that an
unknown key is probably a misspelt one.
"""

import codecs
import os
from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field
from pydantic_core import from_json

from taskclf.model_registry.contract.base import ReprArgs
from taskclf.model_registry.contract.documents import BundleMetrics, DocumentName, ModelMetadata
from taskclf.model_registry.contract.in_python import Items
from taskclf.model_registry.contract.problem import Problem, problem_at
from taskclf.model_registry.evidence import inconsistencies
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.reading.files import MAX_DOCUMENT_BYTES
from taskclf.model_registry.reading.garbage import paused_collection
from taskclf.model_registry.reading.reader import Contents, bundle_of, contents_of
from taskclf.model_registry.selection.report import ExclusionRecord

__all__ = ["CheckedBundle", "check_bundle"]

_MODELS: dict[DocumentName, type[BaseModel]] = {
    "metadata.json": ModelMetadata,
    "metrics.json": BundleMetrics,
}

_SIMILAR = 0.8
"""From this ratio of `difflib` on, two keys are nearly the same: two letters of ten may differ."""

# To compare takes a while, and a hostile document has millions of keys, or a key of millions.
_KEYS_COMPARED = 200
_LONGEST_KEY = 64


class CheckedBundle(ModelBundle):
    """A bundle, and what is doubtful about it."""

    warnings: Items[Problem] = Field(default=[], repr=False)
    """What is doubtful, whether the bundle is valid or not."""

    exclusion: ExclusionRecord | None = Field(default=None, repr=False)
    """Why a consumer would leave the bundle out; null if it would not, or if you named none."""

    def _outcome(self) -> ReprArgs:
        yield from super()._outcome()
        yield "warnings", len(self.warnings)
        if self.exclusion is not None:
            yield "excluded", self.exclusion.reason


def check_bundle(
    path: str | os.PathLike[str],
    *,
    now: datetime | None = None,
    max_document_bytes: int = MAX_DOCUMENT_BYTES,
) -> CheckedBundle:
    """Read the bundle in one directory, and look closely at it.

    Its warnings have the types `misspelt_key` (an unknown key that is nearly one of the contract's,
    which is missing), `created_in_future`, and those of `evidence.inconsistencies`.

    Args:
        path: The bundle's directory.
        now: The current time, with an offset. Without it, `created_at` is not checked: the library
            never reads a clock.
        max_document_bytes: A larger document, in bytes, is a problem and is not read.

    Raises:
        OSError: If this process runs out of file descriptors or memory, as `read_bundle`.
        TypeError: If `now` has no offset.
    """
    directory = Path(os.path.abspath(Path(path)))
    with paused_collection():
        contents = contents_of(str(directory), max_document_bytes)
        bundle = bundle_of(directory, directory.name, contents)
        warnings = [*_doubts(bundle, contents, now)]
    return CheckedBundle(**dict(bundle), warnings=warnings)


def _doubts(bundle: ModelBundle, contents: Contents, now: datetime | None) -> Iterator[Problem]:
    if not isinstance(contents, OSError):
        for document in _MODELS:
            yield from _misspelt_keys(document, contents[document])
    if now is not None and bundle.created_at is not None and bundle.created_at > now:
        message = "Is in the future; is the producer's clock right?"
        yield problem_at("created_in_future", message, "metadata.json", ("created_at",))
    if bundle.documents is not None:
        metadata, metrics = bundle.documents
        yield from inconsistencies(metrics, metadata)


def _misspelt_keys(document: DocumentName, content: bytes | OSError) -> Iterator[Problem]:
    """Find keys that the contract does not know but nearly does, if the near one has no value."""
    known = _MODELS[document].model_fields
    given = {} if isinstance(content, OSError) else _object_in(content)
    missing = {key.casefold(): key for key in known if given.get(key) is None}
    unknown = (key for key in given if key not in known and len(key) <= _LONGEST_KEY)
    for key in islice(unknown, _KEYS_COMPARED):
        for near in get_close_matches(key.casefold(), missing, n=1, cutoff=_SIMILAR):
            message = f"Is ignored, since the contract has no such key; is it {missing[near]}?"
            yield problem_at("misspelt_key", message, document, (key,))


def _object_in(content: bytes) -> dict[str, Any]:
    try:
        parsed = from_json(content.removeprefix(codecs.BOM_UTF8))
    except ValueError:
        return {}  # The bundle's problems say why.
    return parsed if isinstance(parsed, dict) else {}
