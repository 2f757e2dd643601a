"""What each command does: read bundles, decide, and say the outcome as text and exit code."""

import argparse
import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from taskclf.model_registry.check import CheckedBundle, check_bundle
from taskclf.model_registry.cli.as_json import json_parts
from taskclf.model_registry.cli.github import as_github
from taskclf.model_registry.cli.inputs import (
    UsageError,
    bundle_path,
    instant,
    models_dir_path,
    policy_from,
    requirements,
    requirements_like,
)
from taskclf.model_registry.cli.output import rendered
from taskclf.model_registry.cli.progress import waiting
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.registry import list_bundles, select_best_model
from taskclf.model_registry.rendering.bundles import page_of_list
from taskclf.model_registry.rendering.check import page_of_check
from taskclf.model_registry.rendering.report import page_of_report
from taskclf.model_registry.schemas import json_schemas, stale_schemas, write_schemas
from taskclf.model_registry.selection.eligibility import exclusion
from taskclf.model_registry.selection.policy import SelectionPolicy
from taskclf.model_registry.selection.report import SelectionReport


@dataclass(frozen=True)
class Outcome:
    """What a command has to say, in parts, and the exit code."""

    parts: Iterable[str]
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
    paths = dict.fromkeys(map(bundle_path, options.bundles))
    now = instant(options.now) if options.now is not None else None
    judged = _judge(options)
    with waiting("Checking bundles"):
        bundles = {path: judged(check_bundle(path, now=now)) for path in paths}
    parts: Iterable[str]
    match options.format:
        case "json":
            parts = json_parts(bundles.values())
        case "github":
            parts = [as_github(bundles)]
        case _:
            consumer = options.like is not None or options.policy is not None
            parts = [rendered(page_of_check(bundles, consumer=consumer), options)]
    good = all(
        bundle.valid and bundle.exclusion is None and not (options.strict and bundle.warnings)
        for bundle in bundles.values()
    )
    return Outcome(parts, 0 if good else 1)


def _judge(options: argparse.Namespace) -> Callable[[CheckedBundle], CheckedBundle]:
    """Return what adds to a bundle why the consumer that the options describe would exclude it."""
    if options.like is None and options.policy is None:
        return lambda bundle: bundle
    policy = policy_from(options.policy) if options.policy is not None else SelectionPolicy()
    like = requirements_like(options.like) if options.like is not None else None
    if like is not None:
        _select([], policy, like, options.policy)  # Does the policy fit what is required?

    def judged(bundle: CheckedBundle) -> CheckedBundle:
        own = bundle.metadata  # Without it the bundle is invalid, whatever is required.
        schema_hash, labels = like or ((own.schema_hash, own.label_set) if own else ("", []))
        excluded = exclusion(bundle, policy, schema_hash, frozenset(labels))
        return bundle.model_copy(update={"exclusion": excluded})

    return judged


def _list(options: argparse.Namespace) -> Outcome:
    models_dir = models_dir_path(options.models_dir)
    with waiting("Reading bundles"):
        bundles = list_bundles(models_dir)
    if options.format == "json":
        return Outcome(json_parts(bundles), 0)
    return Outcome([rendered(page_of_list(bundles), options)], 0)


def _rank(options: argparse.Namespace) -> Outcome:
    models_dir = models_dir_path(options.models_dir)
    schema_hash, labels = requirements(options)
    policy = policy_from(options.policy) if options.policy is not None else SelectionPolicy()
    with waiting("Reading bundles"):
        bundles = list_bundles(models_dir)
        report = _select(bundles, policy, (schema_hash, labels), options.policy)
    if options.labels is not None and not report.ranked:
        _refuse_unknown(labels, bundles, models_dir)
    if options.against is not None:
        _refuse_unranked(options.against, report)
    exit_code = 0 if report.best is not None else 1
    if options.format == "json":
        return Outcome(json_parts(report), exit_code)
    return Outcome([rendered(page_of_report(report, options.against), options)], exit_code)


def _schema(options: argparse.Namespace) -> Outcome:
    if options.write is not None:
        write_schemas(Path(options.write))
        return Outcome((), 0)
    if options.check is not None:
        stale = list(stale_schemas(Path(options.check)))
        if not stale:
            return Outcome((), 0)
        fix = (
            f"To write the schemas of this version: taskclf-registry schema --write {options.check}"
        )
        return Outcome([f"{line}\n" for line in (*stale, fix)], 1)
    schemas = {file.partition(".")[0]: schema for file, schema in json_schemas().items()}
    if options.name is None:
        names = "".join(f"{name:18}{schema['description']}\n" for name, schema in schemas.items())
        return Outcome([names], 0)
    schema = schemas.get(options.name.replace("-", "_"))
    if schema is None:
        raise UsageError(f"no schema {options.name!r}; there are {', '.join(schemas)}")
    return Outcome([json.dumps(schema, indent=2, ensure_ascii=False) + "\n"], 0)


def _select(
    bundles: Iterable[ModelBundle],
    policy: SelectionPolicy,
    requirements: tuple[str, Collection[str]],
    policy_path: str | None,
) -> SelectionReport:
    try:
        return select_best_model(bundles, policy, *requirements)
    except ValueError as error:
        raise UsageError(f"--policy {policy_path!r}: {error}") from error


def _refuse_unknown(
    labels: Collection[str], bundles: Iterable[ModelBundle], models_dir: str
) -> None:
    """Tell a mistyped label from one that no eligible model knows."""
    known = {
        label
        for bundle in bundles
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
