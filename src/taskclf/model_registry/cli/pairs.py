"""The commands about two: a candidate and the incumbent, an old decision and a new one."""

import argparse
import os

from taskclf.model_registry.changes import changes
from taskclf.model_registry.cli.as_json import json_parts
from taskclf.model_registry.cli.inputs import UsageError, bundle_path, models_dir_path
from taskclf.model_registry.cli.outcome import Outcome
from taskclf.model_registry.cli.output import rendered
from taskclf.model_registry.cli.scanning import bundles_in
from taskclf.model_registry.cli.stored import stored_report
from taskclf.model_registry.compare import compare
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.reading.reader import read_bundle
from taskclf.model_registry.registry import select_best_model
from taskclf.model_registry.rendering.changes import page_of_changes
from taskclf.model_registry.rendering.comparison import page_of_comparison
from taskclf.model_registry.selection.report import SelectionReport


def compare_bundles(options: argparse.Namespace) -> Outcome:
    """Compare a candidate with the incumbent: exit code 1 where what is required does not hold.

    Raises:
        UsageError: If the two cannot be compared.
    """
    candidate, incumbent = map(_bundle, (options.candidate, options.incumbent))
    if candidate.path == incumbent.path:
        raise UsageError(
            f"{options.candidate!r} and {options.incumbent!r} are the same bundle, "
            f"{str(incumbent.path)!r}: the candidate is in use already"
        )
    try:
        comparison = compare(candidate, incumbent, margin=options.margin)
    except ValueError as error:
        raise UsageError(f"{options.candidate!r}: {error}") from error
    holds = {
        None: True,
        "better": comparison.verdict == "better",
        "not-worse": comparison.not_worse,
    }[options.require]
    exit_code = 0 if holds else 1
    if options.format == "json":
        return Outcome(json_parts(comparison), exit_code)
    return Outcome([rendered(page_of_comparison(comparison), options)], exit_code)


def _bundle(path: str) -> ModelBundle:
    # What is behind a link has a name of its own: `production` is no model.
    bundle = read_bundle(os.path.realpath(bundle_path(path)))
    if not bundle.valid:
        raise UsageError(
            f"{path!r} is an invalid bundle: {bundle.invalid_reason}; `check` lists every problem"
        )
    return bundle


def diff_reports(options: argparse.Namespace) -> Outcome:
    """Say what changed since a stored report: exit code 1 where another bundle is the best.

    Raises:
        UsageError: If the two cannot be compared.
    """
    before = stored_report(options.old)
    found = changes(before, _decided_anew(options.new, before))
    exit_code = 0 if found.best_before == found.best_after else 1
    if options.format == "json":
        return Outcome(json_parts(found), exit_code)
    return Outcome([rendered(page_of_changes(found), options)], exit_code)


def _decided_anew(path: str, before: SelectionReport) -> SelectionReport:
    """Return the report at a path, or of the directory there what the former report asked."""
    if os.path.lexists(path) and not os.path.isdir(path):
        return stored_report(path)
    models_dir = models_dir_path(path)
    return select_best_model(
        bundles_in(models_dir),
        before.policy,
        before.required_schema_hash,
        before.required_label_set,
    )
