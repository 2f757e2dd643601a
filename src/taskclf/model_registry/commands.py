"""What the command line does: each command reads bundles and returns text and exit code."""

import argparse
import csv
import json
import os
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from taskclf.model_registry.bundle import ModelBundle, read_bundle
from taskclf.model_registry.registry import find_best_model, list_bundles
from taskclf.model_registry.rendering.bundles import page_of_check, page_of_list
from taskclf.model_registry.rendering.content import Page
from taskclf.model_registry.rendering.github import as_github
from taskclf.model_registry.rendering.markdown import as_markdown
from taskclf.model_registry.rendering.progress import waiting
from taskclf.model_registry.rendering.report import page_of_report
from taskclf.model_registry.schemas import json_schemas, stale_schemas, write_schemas
from taskclf.model_registry.selection import SelectionPolicy, SelectionReport

_NOT_ASCII = re.compile(r"[^\n -~]")

_DOCUMENTS = ("metadata.json", "metrics.json")

_UNLIMITED = 10_000
"""Columns where nothing limits them: a pipe or a file, whose lines people search and cut."""


class UsageError(Exception):
    """The command line asks for what cannot be done; the message says what to do instead."""


@dataclass(frozen=True)
class Outcome:
    """What a command has to say: text for people or programs, and the exit code."""

    text: str
    exit_code: int


def run(options: argparse.Namespace) -> Outcome:
    """Run the command that the options name.

    Raises:
        UsageError: If the options cannot be followed.
        OSError: If a directory or file that they name cannot be read.
    """
    commands: dict[str, Callable[[argparse.Namespace], Outcome]] = {
        "check": _check,
        "list": _list,
        "rank": _rank,
        "schema": _schema,
    }
    return commands[options.command](options)


def _check(options: argparse.Namespace) -> Outcome:
    paths = dict.fromkeys(map(_bundle_path, options.bundles))
    with waiting("Checking bundles"):
        bundles = {path: read_bundle(path) for path in paths}
    match options.format:
        case "json":
            text = _as_json(bundles.values())
        case "github":
            text = as_github(bundles)
        case _:
            text = _rendered(page_of_check(bundles), options)
    return Outcome(text, 0 if all(bundle.valid for bundle in bundles.values()) else 1)


def _list(options: argparse.Namespace) -> Outcome:
    models_dir = _models_dir(options.models_dir)
    with waiting("Reading bundles"):
        bundles = list_bundles(models_dir)
    if options.format == "json":
        return Outcome(_as_json(bundles), 0)
    return Outcome(_rendered(page_of_list(bundles), options), 0)


def _rank(options: argparse.Namespace) -> Outcome:
    models_dir = _models_dir(options.models_dir)
    schema_hash, labels = _requirements(options)
    policy = _policy(options.policy) if options.policy is not None else SelectionPolicy()
    try:
        with waiting("Reading bundles"):
            report = find_best_model(models_dir, policy, schema_hash, labels)
    except ValueError as error:
        raise UsageError(f"--policy {options.policy!r}: {error}") from error
    if options.labels is not None and not report.ranked:
        _refuse_unknown(labels, models_dir)
    if options.against is not None:
        _refuse_unranked(options.against, report)
    exit_code = 0 if report.best is not None else 1
    if options.format == "json":
        return Outcome(_printable_json(report.model_dump_json(indent=2)), exit_code)
    return Outcome(_rendered(page_of_report(report, options.against), options), exit_code)


def _schema(options: argparse.Namespace) -> Outcome:
    if options.write is not None:
        write_schemas(Path(options.write))
        return Outcome("", 0)
    if options.check is not None:
        stale = list(stale_schemas(Path(options.check)))
        if not stale:
            return Outcome("", 0)
        fix = (
            f"To write the schemas of this version: taskclf-registry schema --write {options.check}"
        )
        return Outcome("\n".join([*stale, fix, ""]), 1)
    schemas = {file.partition(".")[0]: schema for file, schema in json_schemas().items()}
    if options.name is None:
        names = "".join(f"{name:18}{schema['description']}\n" for name, schema in schemas.items())
        return Outcome(names, 0)
    schema = schemas.get(options.name.replace("-", "_"))
    if schema is None:
        raise UsageError(f"no schema {options.name!r}; there are {', '.join(schemas)}")
    return Outcome(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", 0)


def _bundle_path(path: str) -> str:
    if not os.path.lexists(path):
        raise UsageError(f"{path!r} does not exist")
    if os.path.isfile(path):
        directory, name = os.path.split(path)
        if name not in _DOCUMENTS:
            message = f"a bundle is a directory that holds {' and '.join(_DOCUMENTS)}"
            raise UsageError(f"{path!r} is a file; {message}")
        return directory or os.curdir
    if _holds_bundles(path) and not _is_bundle(path):
        every = shlex.quote(os.path.join(path, "")) + "*"
        raise UsageError(f"{path!r} is no bundle but holds some; use `list`, or `check {every}`")
    return path


def _models_dir(path: str) -> str:
    if not os.path.lexists(path):
        raise UsageError(f"{path!r} does not exist; expected the directory that holds the bundles")
    if _is_bundle(path) and not _holds_bundles(path):
        raise UsageError(
            f"{path!r} is a bundle; use `check` for it, or give the directory that holds it"
        )
    return path


def _is_bundle(path: str) -> bool:
    return any(os.path.lexists(os.path.join(path, name)) for name in _DOCUMENTS)


def _holds_bundles(path: str) -> bool:
    try:
        with os.scandir(path) as entries:
            return any(_is_bundle(entry.path) for entry in entries)
    except OSError:
        return False  # Reading it says why.


def _requirements(options: argparse.Namespace) -> tuple[str, list[str]]:
    given = (options.schema_hash is not None, options.labels is not None)
    if options.like is None:
        if not all(given):
            raise UsageError("rank needs --schema-hash and --labels, or --like BUNDLE")
        return options.schema_hash, _labels(options.labels)
    if any(given):
        raise UsageError(
            "--like already says schema hash and labels; drop --schema-hash and --labels"
        )
    bundle = read_bundle(_bundle_path(options.like))
    if bundle.metadata is None:
        raise UsageError(f"--like {options.like!r}: {bundle.invalid_reason}")
    return bundle.metadata.schema_hash, bundle.metadata.label_set


def _labels(text: str) -> list[str]:
    try:
        [labels] = csv.reader([text], skipinitialspace=True)
    except csv.Error as error:
        raise UsageError(f"--labels {text!r}: {error}") from error
    if not labels or "" in labels:
        raise UsageError(f"--labels {text!r} should name labels with commas between, none empty")
    return labels


def _policy(path: str) -> SelectionPolicy:
    with open(path, "rb") as file:
        content = file.read()
    try:
        if path.endswith(".toml"):
            return SelectionPolicy.model_validate(tomllib.loads(content.decode()))
        return SelectionPolicy.model_validate_json(content)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
        told = (": ".join([*map(str, problem["loc"]), problem["msg"]]) for problem in details)
        raise UsageError(f"--policy {path!r}: {'; '.join(told)}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"--policy {path!r}: {error}") from None


def _refuse_unknown(labels: Collection[str], models_dir: str) -> None:
    """Tell a mistyped label from one that no eligible model knows."""
    known = {
        label
        for bundle in list_bundles(models_dir)
        if bundle.metadata is not None
        for label in bundle.metadata.label_set
    }
    unknown = sorted(set(labels) - known)
    if known and unknown:
        shown = ", ".join(map(repr, unknown))
        raise UsageError(f"--labels: no bundle of {models_dir!r} knows {shown}")


def _refuse_unranked(model_id: str, report: SelectionReport) -> None:
    if all(bundle.model_id != model_id for bundle in report.ranked):
        raise UsageError(f"--against: {model_id!r} is not one of the ranked bundles")


def _as_json(bundles: Iterable[ModelBundle]) -> str:
    array = TypeAdapter(list[ModelBundle]).dump_json(list(bundles), indent=2)
    return _printable_json(array.decode())


def _printable_json(text: str) -> str:
    """Escape what a terminal would act on; to a JSON parser the text stays the same."""
    return _NOT_ASCII.sub(lambda found: _json_escape(found[0]), text) + "\n"


def _json_escape(character: str) -> str:
    if character.isprintable():
        return character
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def _rendered(page: Page, options: argparse.Namespace) -> str:
    # The late imports: each extra is needed for one format only.
    match options.format:
        case "markdown":
            return as_markdown(page)
        case "html":
            try:
                from taskclf.model_registry.rendering.html import as_html  # noqa: PLC0415
            except ModuleNotFoundError as error:
                raise _missing(error, "html") from error
            return as_html(page)
        case _:
            try:
                from taskclf.model_registry.rendering.text import as_text  # noqa: PLC0415
            except ModuleNotFoundError as error:
                raise _missing(error, "cli") from error
            if options.output is not None:
                return as_text(page, width=_UNLIMITED, terminal=False)
            # A terminal's own width, or COLUMNS; a pipe has neither.
            width = shutil.get_terminal_size((_UNLIMITED, 0)).columns
            return as_text(page, width=width, terminal=sys.stdout.isatty() or None)


def _missing(error: ModuleNotFoundError, extra: str) -> UsageError:
    return UsageError(
        f"this format needs {error.name}: pip install 'taskclf-model-registry[{extra}]', "
        "or use --format markdown or json"
    )
