"""The command line: arguments, exit codes, and where the result goes.

Exit codes: 0 fine, 1 invalid bundles or none eligible, 2 wrong usage. Only the result is written
to standard output, or to a file that is replaced at once.
"""

import argparse
import contextlib
import errno
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from taskclf.model_registry.printable import printable

_LONGEST_MESSAGE = 1000
_SUFFIXES = {".html": "html", ".htm": "html", ".json": "json", ".md": "markdown"}
_FORMATS = ("text", "json", "markdown", "html")

_DESCRIPTION = "Validate model bundles, and select the best one with a reason for every other."

_EXAMPLES = """\
examples:
  taskclf-registry check build/my-model
  taskclf-registry list models
  taskclf-registry rank models --like production/current
  taskclf-registry rank models --like production/current -o report.html
  taskclf-registry schema bundle_metrics

exit codes:
  0  fine
  1  invalid bundles (check), no eligible bundle (rank), or other schemas (schema --check)
  2  wrong usage: one line on standard error says what; nothing was written
"""

_CHECK = """\
examples:
  taskclf-registry check build/my-model           one bundle, before it is published
  taskclf-registry check models/*                 many; equal problems are grouped
  taskclf-registry check models/* --format github annotations in a workflow's log

A bundle may also be named by one of its two documents, as pre-commit does.
"""

_RANK = """\
examples:
  taskclf-registry rank models --like production/current
  taskclf-registry rank models --schema-hash 4077c2e1 --labels Build,Debug,Write
  taskclf-registry rank models --like production/current --policy policy.toml
  taskclf-registry rank models --like production/current -o report.html
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line; the usage itself is `--help`'s."""
        self.exit(
            2, f"{self.prog}: {printable(message, _LONGEST_MESSAGE)}; see {self.prog} --help\n"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: The command line without the program's name; by default that of the process.
    """
    options = _parser().parse_args(arguments)
    from taskclf.model_registry import commands  # noqa: PLC0415 - not needed to answer `--help`

    options.format = options.format or _format_of(options.output)
    try:
        outcome = commands.run(options)
        _deliver(outcome.text, options.output)
    except commands.UsageError as error:
        return _refuse(str(error))
    except OSError as error:
        where = f"{os.fsdecode(error.filename)}: " if error.filename else ""
        return _refuse(f"{where}{error.strerror}")
    except KeyboardInterrupt:
        return 130
    return outcome.exit_code


def _refuse(message: str) -> int:
    sys.stderr.write(f"taskclf-registry: {printable(message, _LONGEST_MESSAGE)}\n")
    return 2


def _format_of(output: str | None) -> str:
    return _SUFFIXES.get(os.path.splitext(output or "")[1].lower(), "text")


def _parser() -> argparse.ArgumentParser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = _Parser("taskclf-registry", None, _DESCRIPTION, _EXAMPLES, formatter_class=layout)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    about = "validate bundles and list every problem of each"
    check = commands.add_parser(
        "check",
        help=about,
        description=f"{about.capitalize()}.",
        epilog=_CHECK,
        formatter_class=layout,
    )
    check.add_argument("bundles", metavar="BUNDLE", nargs="+", help="directory of a bundle")
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


def _deliver(text: str, output: str | None) -> None:
    if output is None:
        _print(text)
    else:
        _replace(os.path.realpath(output), text)


def _print(text: str) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal may know fewer characters than a label or this program use.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # What is still buffered would fail again when the interpreter exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise
        # A reader that has seen enough, such as `head`, does not change the outcome.


def _replace(path: str, text: str) -> None:
    """Write a file completely or not at all."""
    if os.path.exists(path) and not os.path.isfile(path):
        raise FileExistsError(errno.EEXIST, "Exists and is not a regular file", path)
    directory, name = os.path.split(path)
    temporary = os.path.join(directory, f".{name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(temporary, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise OSError(error.errno, f"Cannot write: {error.strerror}", path) from error
