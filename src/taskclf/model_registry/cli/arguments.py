"""What can be asked: commands, options, and the texts of `--help`."""

import argparse
import contextlib
import os
import sys
from collections.abc import Collection, Sequence
from typing import NoReturn, TypeAlias

from taskclf.model_registry.cli.stderr import LONGEST_MESSAGE
from taskclf.model_registry.cli.suggestions import did_you_mean
from taskclf.model_registry.contract.printable import printable
from taskclf.model_registry.rendering.bundles import ORDERS

_SUFFIXES = {".html": "html", ".htm": "html", ".json": "json", ".md": "markdown"}
_FORMATS = ("text", "json", "markdown", "html")

_DESCRIPTION = "Validate model bundles, pick the best one, and say why the rest were left out."

_EXAMPLES = """\
examples:
  taskclf-registry check build/my-model
  taskclf-registry list models
  taskclf-registry show models/my-model
  taskclf-registry rank models --like production/current
  taskclf-registry rank models --like production/current -o report.html
  taskclf-registry compare build/my-model production/current --require better
  taskclf-registry diff yesterday.json models
  taskclf-registry schema bundle_metrics

exit codes:
  0  fine
  1  invalid or excluded bundles (check; --strict: or warnings), no eligible bundle (rank), a
     requirement that does not hold (compare), a different best bundle (diff), schemas that differ
     (schema --check)
  2  wrong usage: one line on standard error says what; nothing was written
"""

_CHECK = """\
examples:
  taskclf-registry check build/my-model           one bundle, before it is published
  taskclf-registry check models/*                 many; identical problems are grouped
  taskclf-registry check models/* --format github annotations in a workflow's log
  taskclf-registry check build/my-model --strict --like production/current --policy policy.toml

You can also name a bundle by one of its two documents, as pre-commit does.
"""

_RANK = """\
examples:
  taskclf-registry rank models --like production/current
  taskclf-registry rank models --schema-hash 4077c2e1 --labels Build,Debug,Write
  taskclf-registry rank models --like production/current --policy policy.toml
  taskclf-registry rank models --like production/current -o report.html
  taskclf-registry rank models --like production/current --format path   for scripts
"""


_COMPARE = """\
examples:
  taskclf-registry compare build/my-model production/current
  taskclf-registry compare build/my-model production/current --require better && deploy
  taskclf-registry compare build/my-model production/current --require not-worse --margin 0.01
  taskclf-registry compare build/my-model production/current -o comparison.html

If a bundle is a symbolic link, it goes by the name of the real directory.
"""

_DIFF = """\
examples:
  taskclf-registry rank models --like production/current -o yesterday.json
  taskclf-registry diff yesterday.json models      what changed since, by the same policy
  taskclf-registry diff monday.json tuesday.json   two stored reports
"""


_COMPLETION = """\
examples:
  taskclf-registry completion bash > ~/.local/share/bash-completion/completions/taskclf-registry
  taskclf-registry completion zsh > "${fpath[1]}/_taskclf-registry"
  taskclf-registry completion fish > ~/.config/fish/completions/taskclf-registry.fish
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line; `--help` shows the usage."""
        self.exit(
            2, f"{self.prog}: {printable(message, LONGEST_MESSAGE)}; see {self.prog} --help\n"
        )


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        """Print the version, for which alone the package's metadata is read."""
        from importlib.metadata import version  # noqa: PLC0415 - it takes a while to import

        # As argparse does: where standard output is closed or full, nobody is told.
        with contextlib.suppress(AttributeError, OSError):
            sys.stdout.write(f"{parser.prog} {version('taskclf-model-registry')}\n")
        parser.exit()


_Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"  # noqa: SLF001 - argparse names no other


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return what is asked for, with the format that the options or the output's name say.

    Args:
        arguments: The command line without the program's name; by default that of the process.

    Raises:
        SystemExit: With 2 and one line on standard error if the arguments cannot be followed; with
            0 after `--help`.
    """
    words = sys.argv[1:] if arguments is None else arguments
    parser, commands = _parser()
    if words and not words[0].startswith("-") and words[0] not in commands:
        near = did_you_mean(words[0], commands) or f"; there are {', '.join(commands)}"
        message = printable(f"there is no command {words[0]!r}{near}", LONGEST_MESSAGE)
        parser.exit(2, f"{parser.prog}: {message}\n")
    options = parser.parse_args(words)
    options.format = options.format or _format_of(options.output)
    options.full = getattr(options, "full", True)
    return options


def _format_of(output: str | None) -> str:
    return _SUFFIXES.get(os.path.splitext(output or "")[1].lower(), "text")


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    return _parser()[0]


def _parser() -> tuple[argparse.ArgumentParser, Collection[str]]:
    layout = argparse.RawDescriptionHelpFormatter
    parser = _Parser("taskclf-registry", None, _DESCRIPTION, _EXAMPLES, formatter_class=layout)
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for add in (
        _add_check,
        _add_show,
        _add_list,
        _add_rank,
        _add_compare,
        _add_diff,
        _add_schema,
        _add_completion,
    ):
        add(commands)
    return parser, commands.choices


def _command(
    commands: _Commands, name: str, about: str, epilog: str | None = None
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=about,
        description=f"{about.capitalize()}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_check(commands: _Commands) -> None:
    check = _command(
        commands,
        "check",
        "validate bundles; list every problem and whatever looks wrong",
        _CHECK,
    )
    check.add_argument("bundles", metavar="BUNDLE", nargs="*", help="directory of a bundle")
    check.add_argument(
        "--deleted",
        action="store_true",
        help="also check bundles that lose a document in the commit being made (asks git)",
    )
    check.add_argument("--strict", action="store_true", help="exit with 1 on warnings, too")
    check.add_argument(
        "--like",
        metavar="BUNDLE",
        help="say whether a consumer that needs this bundle's features and labels would accept it",
    )
    check.add_argument(
        "--policy",
        metavar="FILE",
        help="say whether a consumer with this policy (JSON, or TOML in *.toml) would accept it",
    )
    check.add_argument(
        "--now",
        metavar="INSTANT",
        help="warn about bundles created after this, such as 2026-02-26T12:34:56Z",
    )
    _add_output(check, (*_FORMATS, "github"))


def _add_show(commands: _Commands) -> None:
    show = _command(
        commands,
        "show",
        "show one bundle: scores, classes, confusion matrix, documents and problems",
    )
    show.add_argument("bundle", metavar="BUNDLE", help="directory of the bundle")
    _add_output(show, _FORMATS)


def _add_list(commands: _Commands) -> None:
    listing = _command(
        commands,
        "list",
        "list every bundle in a models directory, by features and labels, with its scores",
    )
    listing.add_argument(
        "models_dir", metavar="MODELS_DIR", help="directory that contains the bundles"
    )
    listing.add_argument(
        "--sort",
        choices=ORDERS,
        default="name",
        help="name, or highest score, most samples or newest first (default: name)",
    )
    _add_output(listing, _FORMATS)


def _add_rank(commands: _Commands) -> None:
    rank = _command(
        commands,
        "rank",
        "pick the best bundle in a models directory and explain the decision",
        _RANK,
    )
    rank.add_argument(
        "models_dir", metavar="MODELS_DIR", help="directory that contains the bundles"
    )
    rank.add_argument("--schema-hash", metavar="H", help="required feature schema")
    rank.add_argument(
        "--labels", metavar="A,B,C", help='required labels, as a line of CSV ("a,b",c)'
    )
    rank.add_argument(
        "--like", metavar="BUNDLE", help="require the feature schema and the labels of this bundle"
    )
    rank.add_argument("--policy", metavar="FILE", help="policy, as JSON or as TOML (*.toml)")
    rank.add_argument(
        "--against",
        metavar="MODEL_ID",
        help="ranked bundle to compare the best one with (default: the second)",
    )
    _add_output(rank, (*_FORMATS, "id", "path"))
    _add_full(rank, "classes, confusion matrix and every exclusion")
    rank.add_argument(
        "--explain",
        action="store_true",
        help="with --format json: write the explanation (who may be best) instead of the report",
    )


def _add_compare(commands: _Commands) -> None:
    compare = _command(
        commands,
        "compare",
        "say whether a candidate is better than the incumbent, over all and class by class",
        _COMPARE,
    )
    compare.add_argument("candidate", metavar="CANDIDATE", help="bundle that may replace the other")
    compare.add_argument("incumbent", metavar="INCUMBENT", help="bundle that is in use now")
    compare.add_argument(
        "--require",
        choices=("better", "not-worse"),
        help="exit with 1 unless the candidate is better, or not worse by more than the margin",
    )
    compare.add_argument(
        "--margin",
        type=_margin,
        default=0.0,
        metavar="X",
        help="how much lower macro F1 may be to count as not worse, from 0 to 1 (default: 0)",
    )
    _add_output(compare, _FORMATS)
    _add_full(compare, "confusions and what differs in the metadata")


def _add_diff(commands: _Commands) -> None:
    diff = _command(
        commands,
        "diff",
        "say what changed since a stored report, and why the best bundle changed",
        _DIFF,
    )
    diff.add_argument("old", metavar="OLD", help="stored report, as rank --format json writes it")
    diff.add_argument(
        "new",
        metavar="NEW",
        help="another stored report, or a models directory to select from in the same way",
    )
    _add_output(diff, _FORMATS)
    _add_full(diff, "what changed in each document")


def _add_schema(commands: _Commands) -> None:
    schema = _command(commands, "schema", "print, write or check the JSON Schemas of the contract")
    what = schema.add_mutually_exclusive_group()
    what.add_argument(
        "name", metavar="NAME", nargs="?", help="schema to print (default: list their names)"
    )
    what.add_argument("--write", metavar="DIR", help="write all schemas, one file each")
    what.add_argument(
        "--check", metavar="DIR", help="compare the files; exit with 1 if one differs"
    )
    schema.set_defaults(format="json", output=None)


def _add_completion(commands: _Commands) -> None:
    completion = _command(
        commands,
        "completion",
        "print a shell script that completes this command line",
        _COMPLETION,
    )
    completion.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell")
    completion.set_defaults(format="text", output=None)


def _margin(text: str) -> float:
    try:
        margin = float(text)
    except ValueError:
        margin = -1.0
    if not 0 <= margin <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} should be a number from 0 to 1, such as 0.01")
    return margin


def _add_full(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("--full", action="store_true", help=f"also show {what}")


def _add_output(parser: argparse.ArgumentParser, formats: Sequence[str]) -> None:
    parser.add_argument(
        "--format",
        choices=formats,
        help="default: from the suffix of FILE (.json, .md, .html), or text",
    )
    parser.add_argument(
        "-o",
        dest="output",
        metavar="FILE",
        help="write to FILE (replaced atomically) instead of standard output",
    )
