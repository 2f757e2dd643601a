"""Where a result goes, and in which form: standard output or a file, JSON or a rendered page."""

import argparse
import codecs
import errno
import io
import os
import shutil
import sys
from collections.abc import Iterable

from taskclf.model_registry.cli.as_json import IN_JSON
from taskclf.model_registry.cli.inputs import UsageError
from taskclf.model_registry.cli.replace import replace
from taskclf.model_registry.cli.stderr import tell
from taskclf.model_registry.rendering.content import Page
from taskclf.model_registry.rendering.markdown import as_markdown
from taskclf.model_registry.rendering.media import drawn

_UNLIMITED = 10_000
_ORDINARY = 80
"""Columns of a terminal that does not say how many it has."""


def deliver(parts: Iterable[str], options: argparse.Namespace) -> None:
    """Write the text to the file that the options name, or to standard output.

    Raises:
        OSError: If it cannot be written; the file is then what it was.
    """
    if options.output is None:
        _print(parts, options.format)
    else:
        replace(options.output, parts)


def _print(parts: Iterable[str], form: str) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        _prepare(sys.stdout, form)
    if sys.stdout is None:
        if any(parts):
            raise OSError(errno.EBADF, "Standard output is closed")
        return
    try:
        sys.stdout.writelines(parts)
        sys.stdout.flush()
    except OSError as error:
        # What is still buffered would fail again when the interpreter exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise
        # A reader that has seen enough, such as `head`, does not change the outcome.


def _prepare(stream: io.TextIOWrapper, form: str) -> None:
    """Keep HTML and JSON what they are where a terminal or a locale knows few characters."""
    if form == "html":
        stream.reconfigure(encoding="utf-8")  # As the document says of itself.
    elif form == "json" and codecs.lookup(stream.encoding).name != "utf-8":
        stream.reconfigure(encoding="ascii", errors=IN_JSON)
    else:
        stream.reconfigure(errors="backslashreplace")


def rendered(page: Page, options: argparse.Namespace) -> str:
    """Return the page in the format that the options name; text without rich as Markdown.

    Raises:
        UsageError: If the format needs a package that is not installed.
    """
    to_file = options.output is not None
    full = options.full or to_file
    shown_at = None if to_file else sys.stdout  # Which is None as well where it is closed.
    terminal = False if shown_at is None else shown_at.isatty() or None
    encoding = "utf-8" if shown_at is None else shown_at.encoding or "utf-8"
    # A terminal's own width, or COLUMNS; a pipe has neither, and its lines are searched and cut.
    fallback = _ORDINARY if terminal else _UNLIMITED
    width = _UNLIMITED if to_file else shutil.get_terminal_size((fallback, 0)).columns
    try:
        return drawn(
            page, options.format, width=width, full=full, terminal=terminal, encoding=encoding
        )
    except ModuleNotFoundError as error:
        if options.format == "html":
            raise UsageError(f"{error}; or use --format markdown") from error
        tell("shown as Markdown; for aligned text: pip install rich")
        return as_markdown(page, full=full)
