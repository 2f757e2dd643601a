"""One bundle, read: a directory becomes a `ModelBundle` that knows all that is wrong with it."""

import os
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import InitErrorDetails

from taskclf.model_registry.collection import paused_collection
from taskclf.model_registry.documents import BundleMetrics, ModelMetadata
from taskclf.model_registry.fields import MODEL_CONFIG, Rfc3339DateTime, broken_rule, reject
from taskclf.model_registry.parsing import parse_document
from taskclf.model_registry.problem import Problem, problem_at, reason_for
from taskclf.model_registry.reading import EXHAUSTED, MAX_DOCUMENT_BYTES, read_documents


def _path_text(path: Path) -> str:
    # A path need not be UTF-8, but JSON has to be.
    return os.fsencode(path).decode("utf-8", "backslashreplace")


BundlePath = Annotated[
    Path,
    Field(strict=False),
    PlainSerializer(_path_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string"}),
]


class ModelBundle(BaseModel):
    """One directory as the registry sees it: both documents, or all the reasons against it."""

    model_config = MODEL_CONFIG

    model_id: str = Field(examples=["2026-02-26-logreg"])
    """The directory's name."""

    path: BundlePath = Field(examples=["/models/2026-02-26-logreg"])
    """The directory, absolute."""

    valid: bool
    """Whether both documents satisfy the contract."""

    invalid_reason: str | None = Field(default=None, examples=["missing metrics.json"])
    """The problems in one printable line of at most 300 characters; null for a valid bundle."""

    metadata: ModelMetadata | None = Field(default=None, repr=False)
    """The document `metadata.json`; null where it could not be read or breaks the contract."""

    metrics: BundleMetrics | None = Field(default=None, repr=False)
    """The document `metrics.json`; null where it could not be read or breaks the contract."""

    created_at: Rfc3339DateTime | None = None
    """When the bundle was made, as `metadata` has it."""

    problems: list[Problem] = Field(default=[], repr=False)
    """Everything that is wrong with the bundle; empty for a valid one."""

    def _repr_html_(self) -> str | None:
        """Return HTML for a notebook, or None (the plain repr is shown) without Jinja2."""
        # The one import that goes up: only a notebook asks, and only with the extra installed.
        try:
            from taskclf.model_registry.rendering.html import as_fragment  # noqa: PLC0415
        except ModuleNotFoundError:
            return None
        from taskclf.model_registry.rendering.bundles import page_of_bundle  # noqa: PLC0415

        return as_fragment(page_of_bundle(self))

    @model_validator(mode="after")
    def _check_verdict(self) -> Self:
        # A report has this run again for each of its bundles, so it asks for each field once.
        broken: list[InitErrorDetails] = []
        valid, metadata, created_at = self.valid, self.metadata, self.created_at
        if valid and (metadata is None or self.metrics is None or self.problems):
            message = "A valid bundle has both documents and no problems"
            broken.append(broken_rule("verdict", message, value=valid, at=("valid",)))
        if valid is not (self.invalid_reason is None):
            message = "A bundle has an invalid_reason exactly when it is not valid"
            broken.append(broken_rule("verdict", message, value=valid, at=("invalid_reason",)))
        if metadata is not None and created_at != metadata.created_at:
            message = "Should equal metadata.created_at"
            broken.append(broken_rule("verdict", message, value=created_at, at=("created_at",)))
        reject(*broken)
        return self


_ALL_FIELDS = set(ModelBundle.model_fields)  # One set for all: it only says what was given.


def read_bundle(
    path: str | os.PathLike[str], *, max_document_bytes: int = MAX_DOCUMENT_BYTES
) -> ModelBundle:
    """Return the bundle in one directory, valid or with all its problems.

    The model file beside the two documents is never opened.

    Args:
        path: The bundle's directory.
        max_document_bytes: Documents larger than this, in bytes, are a problem and are not read.

    Raises:
        OSError: If this process is out of descriptors or memory (`EMFILE`, `ENFILE`, `ENOMEM`).
            Everything else that goes wrong with the directory is a problem of the bundle.
    """
    with paused_collection():
        return bundle_in(os.path.abspath(Path(path)), max_document_bytes)


def bundle_in(directory: str, max_document_bytes: int) -> ModelBundle:
    """Return the bundle in an absolute directory: `read_bundle` for one of many."""
    # The path is text here: a `Path` takes itself apart when it is opened or asked for its name.
    try:
        contents = read_documents(directory, ("metadata.json", "metrics.json"), max_document_bytes)
    except OSError as error:
        if error.errno in EXHAUSTED:
            raise
        unreadable = problem_at("directory_unreadable", error.strerror or str(error))
        return _bundle(directory, None, None, [unreadable])
    metadata, in_metadata = parse_document(
        ModelMetadata, "metadata.json", contents["metadata.json"]
    )
    metrics, in_metrics = parse_document(BundleMetrics, "metrics.json", contents["metrics.json"])
    return _bundle(directory, metadata, metrics, in_metadata + in_metrics)


def _bundle(
    directory: str,
    metadata: ModelMetadata | None,
    metrics: BundleMetrics | None,
    problems: list[Problem],
) -> ModelBundle:
    name = os.path.basename(directory)
    model_id = model_id_of(name)
    if model_id != name:
        message = "Directory name should be UTF-8; rename the bundle"
        problems = [problem_at("directory_name_not_utf8", message), *problems]
    # Nothing here comes from outside any more, and to validate it again would cost a tenth of a
    # scan. This is how pydantic unpickles a model: `model_construct` takes twice as long.
    bundle = ModelBundle.__new__(ModelBundle)
    bundle.__setstate__(
        {
            "__dict__": {
                "model_id": model_id,
                "path": Path(directory),
                "valid": not problems,
                "invalid_reason": reason_for(problems) if problems else None,
                "metadata": metadata,
                "metrics": metrics,
                "created_at": metadata.created_at if metadata is not None else None,
                "problems": problems,
            },
            "__pydantic_fields_set__": _ALL_FIELDS,
            "__pydantic_extra__": None,
            "__pydantic_private__": None,
        }
    )
    return bundle


def model_id_of(name: str) -> str:
    """Return the `model_id` of the directory with this name: the name, where it is UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        # No directory is called anything with a slash, so this is no other bundle's name.
        return "./" + _path_text(Path(name))
    return name
