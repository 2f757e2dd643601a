"""What the options name: bundles, models directories, requirements and policies."""

import argparse
import csv
import os
import shlex
from collections.abc import Iterable
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from taskclf.model_registry.cli.suggestions import did_you_mean
from taskclf.model_registry.contract.documents import DOCUMENT_NAMES
from taskclf.model_registry.contract.fields import Rfc3339DateTime
from taskclf.model_registry.reading.reader import read_bundle


class UsageError(Exception):
    """The command cannot be carried out; the message says what to do instead."""


class NoBundleError(UsageError):
    """A path names something that is not a bundle."""


def bundle_paths(paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the directories of the bundles that the paths name, and a note on each other path.

    A pattern such as `models/*` may match more than bundles.

    Raises:
        UsageError: If a path does not exist, or if none names a bundle.
    """
    directories: dict[str, None] = {}
    others: list[NoBundleError] = []
    for path in paths:
        try:
            directories[bundle_path(path)] = None
        except NoBundleError as error:
            others.append(error)
    if others and not directories:
        raise others[0]
    return list(directories), [f"skipped: {error}" for error in others]


def bundle_path(path: str) -> str:
    """Return the directory of the bundle that a path names, by itself or by one of its documents.

    Raises:
        UsageError: If the path does not exist.
        NoBundleError: If it names no bundle.
    """
    if not os.path.lexists(path):
        raise UsageError(f"{path!r} does not exist{_neighbour(path)}")
    if os.path.isfile(path):
        directory, name = os.path.split(path)
        if name not in DOCUMENT_NAMES:
            message = f"a bundle is a directory with {' and '.join(DOCUMENT_NAMES)}"
            raise NoBundleError(f"{path!r} is a file; {message}")
        return directory or os.curdir
    if _holds_bundles(path) and not _is_bundle(path):
        every = shlex.quote(os.path.join(path, "")) + "*"
        remedy = f"use `list`, or `check {every}`"
        raise NoBundleError(f"{path!r} is not a bundle but contains some; {remedy}")
    return path


def _neighbour(path: str) -> str:
    """Return the end of a sentence that names a neighbour of a similar name, if there is one."""
    directory = os.path.dirname(path.rstrip(os.sep))
    try:
        with os.scandir(directory or os.curdir) as entries:
            return did_you_mean(path, (os.path.join(directory, e.name) for e in entries))
    except OSError:
        return ""


def models_dir_path(path: str) -> str:
    """Return the path of a directory that may contain bundles.

    Raises:
        UsageError: If it does not exist, or is a bundle itself.
    """
    if not os.path.lexists(path):
        near = _neighbour(path) or "; expected the directory that contains the bundles"
        raise UsageError(f"{path!r} does not exist{near}")
    if _is_bundle(path) and not _holds_bundles(path):
        raise UsageError(
            f"{path!r} is a bundle; use `check` for it, or name the directory that contains it"
        )
    return path


def _is_bundle(path: str) -> bool:
    return any(os.path.lexists(os.path.join(path, name)) for name in DOCUMENT_NAMES)


def _holds_bundles(path: str) -> bool:
    try:
        with os.scandir(path) as entries:
            return any(_is_bundle(entry.path) for entry in entries)
    except OSError:
        return False  # Reading it says why.


def requirements(options: argparse.Namespace) -> tuple[str, list[str]]:
    """Return the schema hash and the labels that the options require.

    Raises:
        UsageError: If they are incomplete, contradict each other, or name an invalid bundle.
    """
    given = (options.schema_hash is not None, options.labels is not None)
    if options.like is None:
        if not all(given):
            raise UsageError("rank needs --schema-hash and --labels, or --like BUNDLE")
        return _utf8("--schema-hash", options.schema_hash), _labels(options.labels)
    if any(given):
        raise UsageError(
            "--like already gives the schema hash and the labels; drop --schema-hash and --labels"
        )
    return requirements_like(options.like)


def requirements_like(path: str) -> tuple[str, list[str]]:
    """Return the schema hash and the labels of the bundle at a path.

    Raises:
        UsageError: If its metadata is invalid.
    """
    bundle = read_bundle(bundle_path(path))
    if bundle.metadata is None:
        raise UsageError(f"--like {path!r}: {bundle.invalid_reason}")
    return bundle.metadata.schema_hash, bundle.metadata.label_set


def _utf8(option: str, text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{option} {text!r} is not UTF-8") from None
    return text


def _labels(text: str) -> list[str]:
    _utf8("--labels", text)
    try:
        [labels] = csv.reader([text], skipinitialspace=True)
    except csv.Error as error:
        raise UsageError(f"--labels {text!r}: {error}") from error
    if not labels or "" in labels:
        raise UsageError(f"--labels {text!r} should be labels separated by commas, none empty")
    return labels


def instant(text: str) -> datetime:
    """Return the instant that `--now` names.

    Raises:
        UsageError: If the text is not an instant.
    """
    try:
        return TypeAdapter(Rfc3339DateTime).validate_python(text)
    except ValidationError as error:
        raise UsageError(f"--now {text!r}: {error.errors()[0]['msg']}") from None
