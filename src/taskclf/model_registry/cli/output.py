"""Where a result goes, and in which form: standard output or a file, JSON or a rendered page."""

import argparse
import codecs
import contextlib
import errno
import io
import os
import shutil
import sys
from collections.abc import Iterable

from taskclf.model_registry.cli.as_json import IN_JSON
from taskclf.model_registry.cli.inputs import UsageError
from taskclf.model_registry.rendering.content import Page
from taskclf.model_registry.rendering.markdown import as_markdown

_UNLIMITED = 10_000
"""Columns where nothing limits them: a pipe or a file, whose lines people search and cut."""


def deliver(parts: Iterable[str], options: argparse.Namespace) -> None:
    """Write the text to the file that the options name, or to standard output.

    Raises:
        OSError: If it cannot be written; the file is then what it was.
    """
    if options.output is None:
        _print(parts, options.format)
    else:
        _replace(os.path.realpath(options.output), parts)


def _print(parts: Iterable[str], form: str) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        _prepare(sys.stdout, form)
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


def _replace(path: str, parts: Iterable[str]) -> None:
    """Write a file completely or not at all."""
    if os.path.exists(path) and not os.path.isfile(path):
        raise FileExistsError(errno.EEXIST, "Exists and is not a regular file", path)
    directory, name = os.path.split(path)
    temporary = os.path.join(directory, f".{name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "x", encoding="utf-8", newline="\n") as file:
            file.writelines(parts)
        os.replace(temporary, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise OSError(error.errno, f"Cannot write: {error.strerror}", path) from error


def rendered(page: Page, options: argparse.Namespace) -> str:
    """Return the page in the format that the options name.

    Raises:
        UsageError: If the format needs a package that is not installed.
    """
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
