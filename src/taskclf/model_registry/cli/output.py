"""Where a result goes, and in which form: standard output or a file, JSON or a rendered page."""

import argparse
import contextlib
import errno
import io
import os
import re
import shutil
import sys
from collections.abc import Iterable

from pydantic import SerializeAsAny, TypeAdapter

from taskclf.model_registry.cli.inputs import UsageError
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.rendering.content import Page
from taskclf.model_registry.rendering.markdown import as_markdown

_NOT_ASCII = re.compile(r"[^\n -~]")

_UNLIMITED = 10_000
"""Columns where nothing limits them: a pipe or a file, whose lines people search and cut."""


def deliver(text: str, output: str | None) -> None:
    """Write the text to the file `output`, or to standard output for None.

    Raises:
        OSError: If it cannot be written; the file is then what it was.
    """
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


def as_json(bundles: Iterable[ModelBundle]) -> str:
    """Return the bundles as a JSON array, with all that is known of each."""
    array = TypeAdapter(list[SerializeAsAny[ModelBundle]]).dump_json(list(bundles), indent=2)
    return printable_json(array.decode())


def printable_json(text: str) -> str:
    """Escape what a terminal would act on; to a JSON parser the text stays the same."""
    return _NOT_ASCII.sub(lambda found: _json_escape(found[0]), text) + "\n"


def _json_escape(character: str) -> str:
    if character.isprintable():
        return character
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


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
