"""What each command does: read bundles, decide, and say the outcome as text and exit code."""

import argparse
import json
import os
import shlex
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from taskclf.model_registry.check import CheckedBundle, check_bundle
from taskclf.model_registry.cli.arguments import parser
from taskclf.model_registry.cli.as_json import json_parts
from taskclf.model_registry.cli.completion import completion
from taskclf.model_registry.cli.deleted import bundles_losing_a_document
from taskclf.model_registry.cli.github import as_github
from taskclf.model_registry.cli.inputs import (
    UsageError,
    bundle_path,
    bundle_paths,
    instant,
    models_dir_path,
    requirements,
    requirements_like,
)
from taskclf.model_registry.cli.outcome import Outcome
from taskclf.model_registry.cli.output import rendered
from taskclf.model_registry.cli.pairs import compare_bundles, diff_reports
from taskclf.model_registry.cli.policy_file import policy_from
from taskclf.model_registry.cli.progress import counted
from taskclf.model_registry.cli.scanning import bundles_in
from taskclf.model_registry.cli.stderr import LONGEST_MESSAGE
from taskclf.model_registry.cli.suggestions import did_you_mean
from taskclf.model_registry.contract.printable import printable, some_of
from taskclf.model_registry.explain import explain
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.registry import select_best_model
from taskclf.model_registry.rendering.blocks import count_of
from taskclf.model_registry.rendering.bundle import page_of_bundle
from taskclf.model_registry.rendering.bundles import (
    described,
    grouped_by_features,
    page_of_list,
)
from taskclf.model_registry.rendering.check import page_of_check
from taskclf.model_registry.rendering.report import page_of_report
from taskclf.model_registry.schemas import json_schemas, stale_schemas, write_schemas
from taskclf.model_registry.selection.eligibility import exclusion
from taskclf.model_registry.selection.policy import SelectionPolicy, gates_of_other_labels
from taskclf.model_registry.selection.report import SelectionReport

_GROUPS_SHOWN = 5


def run(options: argparse.Namespace) -> Outcome:
    """Run the command that the options name.

    Raises:
        UsageError: If the options cannot be followed.
        OSError: If a directory or file that they name cannot be read.
    """
    commands: dict[str, Callable[[argparse.Namespace], Outcome]] = {
        "check": _check,
        "show": _show,
        "list": _list,
        "rank": _rank,
        "compare": compare_bundles,
        "diff": diff_reports,
        "schema": _schema,
        "completion": _completion,
    }
    return commands[options.command](options)


def _check(options: argparse.Namespace) -> Outcome:
    if not options.bundles and not options.deleted:
        raise UsageError("check needs a BUNDLE, the directory of one or one of its documents")
    paths, passed_over = bundle_paths(options.bundles)
    if options.deleted:
        paths = list(dict.fromkeys([*paths, *bundles_losing_a_document()]))
    now = instant(options.now) if options.now is not None else None
    judged = _judge(options)
    bundles = {
        path: judged(check_bundle(path, now=now))
        for path in counted(paths, "Checking bundles", lambda: len(paths))
    }
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
    return Outcome(parts, 0 if good else 1, passed_over)


def _judge(options: argparse.Namespace) -> Callable[[CheckedBundle], CheckedBundle]:
    """Return what adds to a bundle why the consumer that the options describe would exclude it."""
    if options.like is None and options.policy is None:
        return lambda bundle: bundle
    policy = policy_from(options.policy) if options.policy is not None else SelectionPolicy()
    like = requirements_like(options.like) if options.like is not None else None
    if like is not None:
        _refuse_gates_of_other_labels(policy, like[1], options.policy)

    def judged(bundle: CheckedBundle) -> CheckedBundle:
        own = bundle.metadata  # Without it the bundle is invalid, whatever is required.
        schema_hash, labels = like or ((own.schema_hash, own.label_set) if own else ("", []))
        excluded = exclusion(bundle, policy, schema_hash, frozenset(labels))
        return bundle.model_copy(update={"exclusion": excluded})

    return judged


def _show(options: argparse.Namespace) -> Outcome:
    bundle = check_bundle(bundle_path(options.bundle))
    if options.format == "json":
        return Outcome(json_parts(bundle), 0)
    return Outcome([rendered(page_of_bundle(bundle), options)], 0)


def _list(options: argparse.Namespace) -> Outcome:
    bundles = bundles_in(models_dir_path(options.models_dir))
    if options.format == "json":
        return Outcome(json_parts(bundles), 0)
    return Outcome([rendered(page_of_list(bundles, options.sort), options)], 0)


def _rank(options: argparse.Namespace) -> Outcome:
    if options.explain and options.format != "json":
        raise UsageError("--explain is for --format json: what people read explains by itself")
    models_dir = models_dir_path(options.models_dir)
    if options.like is options.schema_hash is options.labels is None:
        _refuse_without_requirements(models_dir)
    schema_hash, labels = requirements(options)
    policy = policy_from(options.policy) if options.policy is not None else SelectionPolicy()
    _refuse_gates_of_other_labels(policy, labels, options.policy)
    bundles = bundles_in(models_dir)
    report = select_best_model(bundles, policy, schema_hash, labels)
    if options.against is not None:
        _refuse_unranked(options.against, report)
    hints = _hints_of_unknown(labels, bundles) if options.labels is not None else ()
    exit_code = 0 if report.best is not None else 1
    if options.format == "json":
        return Outcome(json_parts(explain(report) if options.explain else report), exit_code, hints)
    if options.format in {"id", "path"}:
        return Outcome(_only(report.best, options.format), exit_code, hints)
    ranked = counted(report.ranked, "Explaining the ranking", lambda: len(report.ranked))
    page = page_of_report(report, options.against, ranked=ranked)
    return Outcome([rendered(page, options)], exit_code, hints)


def _only(best: ModelBundle | None, form: str) -> list[str]:
    """Return the name or the path of the best in one line, for scripts."""
    if best is None:
        return []
    text = best.model_id if form == "id" else str(best.path)
    if printable(text, len(text)) != text or text.lstrip().startswith("::"):
        raise UsageError(f"no line can hold the best's {form}, {text!r}; use --format json")
    return [f"{text}\n"]


def _schema(options: argparse.Namespace) -> Outcome:
    try:
        return _schemas(options)
    except RuntimeError as error:
        raise UsageError(str(error)) from error


def _schemas(options: argparse.Namespace) -> Outcome:
    if options.write is not None:
        write_schemas(Path(options.write))
        return Outcome((), 0)
    if options.check is not None:
        stale = list(stale_schemas(Path(options.check)))
        if not stale:
            return Outcome((), 0)
        command = f"taskclf-registry schema --write {shlex.quote(options.check)}"
        lines = [*stale, f"To write the schemas of this version: {command}"]
        return Outcome([f"{printable(line, LONGEST_MESSAGE)}\n" for line in lines], 1)
    schemas = {file.partition(".")[0]: schema for file, schema in json_schemas().items()}
    if options.name is None:
        names = "".join(f"{name:18}{schema['description']}\n" for name, schema in schemas.items())
        return Outcome([names], 0)
    schema = schemas.get(options.name.replace("-", "_"))
    if schema is None:
        near = did_you_mean(options.name, schemas) or f"; there are {', '.join(schemas)}"
        raise UsageError(f"no schema {options.name!r}{near}")
    return Outcome([json.dumps(schema, indent=2, ensure_ascii=False) + "\n"], 0)


def _completion(options: argparse.Namespace) -> Outcome:
    return Outcome([completion(parser(), options.shell)], 0)


def _refuse_without_requirements(models_dir: str) -> NoReturn:
    """Say which requirements the bundles at hand would satisfy, and how to name them."""
    error = UsageError("rank needs --schema-hash and --labels, or --like BUNDLE")
    groups = grouped_by_features(bundles_in(models_dir))
    for features, (bundle, *others) in groups[:_GROUPS_SHOWN]:
        like = shlex.quote(os.path.join(models_dir, os.path.basename(bundle.path)))
        number = count_of(1 + len(others), "bundle")
        error.add_note(f"--like {like} for {number}: {described(features)}")
    if len(groups) > _GROUPS_SHOWN:
        error.add_note(f"and {len(groups) - _GROUPS_SHOWN:,} more; `list` shows them")
    raise error


def _refuse_gates_of_other_labels(
    policy: SelectionPolicy, labels: Collection[str], path: str | None
) -> None:
    for gate, message in gates_of_other_labels(policy, labels):
        raise UsageError(f"--policy {path!r}: {gate}: {message}")


def _hints_of_unknown(labels: Collection[str], bundles: Iterable[ModelBundle]) -> Sequence[str]:
    """Tell a mistyped label from one that no model knows yet."""
    sets = Counter(
        frozenset(bundle.metadata.label_set) for bundle in bundles if bundle.metadata is not None
    )
    unknown = set(labels).difference(*sets)
    if not sets or not unknown:
        return ()
    known = [f"{some_of(names)} ({count_of(n, 'bundle')})" for names, n in sets.most_common(3)]
    if len(sets) > len(known):
        known.append(f"and {count_of(len(sets) - len(known), 'further set')}")
    return [f"--labels: no bundle knows {some_of(unknown)}; there are {'; '.join(known)}"]


def _refuse_unranked(model_id: str, report: SelectionReport) -> None:
    names = [bundle.model_id for bundle in report.ranked]
    if model_id not in names:
        reasons = [record.reason for record in report.excluded if record.model_id == model_id]
        why = f"; {reasons[0]}" if reasons else did_you_mean(model_id, names)
        raise UsageError(f"--against: {model_id!r} is not one of the ranked bundles{why}")
