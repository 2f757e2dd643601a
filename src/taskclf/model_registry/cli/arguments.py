"""What can be asked: commands, options, and the texts of `--help`."""

import argparse
import os
from collections.abc import Sequence
from typing import NoReturn

from taskclf.model_registry.cli.stderr import LONGEST_MESSAGE
from taskclf.model_registry.contract.printable import printable

_SUFFIXES = {".html": "html", ".htm": "html", ".json": "json", ".md": "markdown"}
_FORMATS = ("text", "json", "markdown", "html")

_DESCRIPTION = "Validate model bundles, and select the best one with a reason for every other."

_EXAMPLES = """\
examples:
  taskclf-registry check build/my-model
  taskclf-registry list models
  taskclf-registry rank models --like production/current
  taskclf-registry rank models --like production/current -o report.html
  taskclf-registry compare build/my-model production/current --require better
  taskclf-registry diff yesterday.json models
  taskclf-registry schema bundle_metrics

exit codes:
  0  fine
  1  invalid or excluded bundles (check; --strict: or warnings), no eligible bundle (rank), what
     is required does not hold (compare), another best bundle (diff), other schemas (schema --check)
  2  wrong usage: one line on standard error says what; nothing was written
"""

_CHECK = """\
examples:
  taskclf-registry check build/my-model           one bundle, before it is published
  taskclf-registry check models/*                 many; equal problems are grouped
  taskclf-registry check models/* --format github annotations in a workflow's log
  taskclf-registry check build/my-model --strict --like production/current --policy policy.toml

A bundle may also be named by one of its two documents, as pre-commit does.
"""

_RANK = """\
examples:
  taskclf-registry rank models --like production/current
  taskclf-registry rank models --schema-hash 4077c2e1 --labels Build,Debug,Write
  taskclf-registry rank models --like production/current --policy policy.toml
  taskclf-registry rank models --like production/current -o report.html
"""


_COMPARE = """\
examples:
  taskclf-registry compare build/my-model production/current
  taskclf-registry compare build/my-model production/current --require better && deploy
  taskclf-registry compare build/my-model production/current --require not-worse --margin 0.01
  taskclf-registry compare build/my-model production/current -o comparison.html

A bundle behind a symbolic link is named by its real directory.
"""

_DIFF = """\
examples:
  taskclf-registry rank models --like production/current -o yesterday.json
  taskclf-registry diff yesterday.json models      what changed since, by the same policy
  taskclf-registry diff monday.json tuesday.json   two stored reports
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line; the usage itself is `--help`'s."""
        self.exit(
            2, f"{self.prog}: {printable(message, LONGEST_MESSAGE)}; see {self.prog} --help\n"
        )


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return what is asked for, with the format that the options or the output's name say.

    Args:
        arguments: The command line without the program's name; by default that of the process.

    Raises:
        SystemExit: With 2 and one line on standard error if the arguments cannot be followed; with
            0 after `--help`.
    """
    options = _parser().parse_args(arguments)
    options.format = options.format or _format_of(options.output)
    options.full = getattr(options, "full", True)
    return options


def _format_of(output: str | None) -> str:
    return _SUFFIXES.get(os.path.splitext(output or "")[1].lower(), "text")


def _parser() -> argparse.ArgumentParser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = _Parser("taskclf-registry", None, _DESCRIPTION, _EXAMPLES, formatter_class=layout)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    about = "validate bundles and list every problem of each, and what is doubtful"
    check = commands.add_parser(
        "check",
        help=about,
        description=f"{about.capitalize()}.",
        epilog=_CHECK,
        formatter_class=layout,
    )
    check.add_argument("bundles", metavar="BUNDLE", nargs="*", help="directory of a bundle")
    check.add_argument(
        "--deleted",
        action="store_true",
        help="also the bundles that lose a document in the commit at hand, which git knows",
    )
    check.add_argument("--strict", action="store_true", help="exit 1 on warnings, too")
    check.add_argument(
        "--like",
        metavar="BUNDLE",
        help="say whether a consumer would take it that needs features and labels of this bundle",
    )
    check.add_argument(
        "--policy",
        metavar="FILE",
        help="say whether a consumer with this policy would take it; JSON or TOML (*.toml)",
    )
    check.add_argument(
        "--now", metavar="INSTANT", help="warn of bundles made later, such as 2026-02-26T12:34:56Z"
    )
    _add_output(check, (*_FORMATS, "github"))

    about = "list every bundle of a models directory with validity and scores"
    listing = commands.add_parser("list", help=about, description=f"{about.capitalize()}.")
    listing.add_argument("models_dir", metavar="MODELS_DIR", help="directory that holds bundles")
    _add_output(listing, _FORMATS)

    about = "select the best bundle of a models directory and explain the decision"
    rank = commands.add_parser(
        "rank",
        help=about,
        description=f"{about.capitalize()}.",
        epilog=_RANK,
        formatter_class=layout,
    )
    rank.add_argument("models_dir", metavar="MODELS_DIR", help="directory that holds bundles")
    rank.add_argument("--schema-hash", metavar="H", help="feature schema that is required")
    rank.add_argument(
        "--labels", metavar="A,B,C", help='labels that are required, as a line of CSV ("a,b",c)'
    )
    rank.add_argument(
        "--like", metavar="BUNDLE", help="require the feature schema and labels of this bundle"
    )
    rank.add_argument("--policy", metavar="FILE", help="policy, as JSON or as TOML (*.toml)")
    rank.add_argument(
        "--against",
        metavar="MODEL_ID",
        help="ranked bundle to compare the best with (default: the second)",
    )
    _add_output(rank, _FORMATS)
    _add_full(rank, "classes, confusion matrix and every exclusion")

    rank.add_argument(
        "--explain",
        action="store_true",
        help="with --format json: write the explanation (who may be best) instead of the report",
    )

    about = "say whether a candidate is better than the incumbent, over all and class by class"
    compare = commands.add_parser(
        "compare",
        help=about,
        description=f"{about.capitalize()}.",
        epilog=_COMPARE,
        formatter_class=layout,
    )
    compare.add_argument("candidate", metavar="CANDIDATE", help="bundle that may replace the other")
    compare.add_argument("incumbent", metavar="INCUMBENT", help="bundle that is in use now")
    compare.add_argument(
        "--require",
        choices=("better", "not-worse"),
        help="exit 1 unless the candidate is better, or not worse by more than the margin",
    )
    compare.add_argument(
        "--margin",
        type=_margin,
        default=0.0,
        metavar="X",
        help="how much lower macro F1 may be for not-worse, from 0 to 1 (default: 0)",
    )
    _add_output(compare, _FORMATS)
    _add_full(compare, "confusions and what differs in the metadata")

    about = "say what changed since a stored report, and why the best bundle did"
    diff = commands.add_parser(
        "diff",
        help=about,
        description=f"{about.capitalize()}.",
        epilog=_DIFF,
        formatter_class=layout,
    )
    diff.add_argument("old", metavar="OLD", help="stored report, as rank --format json writes it")
    diff.add_argument(
        "new",
        metavar="NEW",
        help="another stored report, or a models directory to select from as the old one did",
    )
    _add_output(diff, _FORMATS)
    _add_full(diff, "what changed in each document")

    about = "print, write or check the JSON Schemas of the contract"
    schema = commands.add_parser("schema", help=about, description=f"{about.capitalize()}.")
    what = schema.add_mutually_exclusive_group()
    what.add_argument(
        "name", metavar="NAME", nargs="?", help="schema to print; without it, their names"
    )
    what.add_argument("--write", metavar="DIR", help="write all of them, one file each")
    what.add_argument("--check", metavar="DIR", help="compare the files; exit 1 if one differs")
    schema.set_defaults(format="json", output=None)
    return parser


def _margin(text: str) -> float:
    try:
        margin = float(text)
    except ValueError:
        margin = -1.0
    if not 0 <= margin <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} should be a number from 0 to 1, such as 0.01")
    return margin


def _add_full(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("--full", action="store_true", help=f"show {what}, too")


def _add_output(parser: argparse.ArgumentParser, formats: Sequence[str]) -> None:
    parser.add_argument(
        "--format",
        choices=formats,
        help="default: what the suffix of FILE says (.json, .md, .html), else text",
    )
    parser.add_argument(
        "-o",
        dest="output",
        metavar="FILE",
        help="write to FILE, which is replaced at once, not to standard output",
    )
