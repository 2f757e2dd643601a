"""What a person at a terminal sees while waiting."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_PATIENCE = 1.0
"""Seconds without any sign of life that are no trouble."""


@contextmanager
def waiting(for_what: str) -> Iterator[None]:
    """Show on standard error that work goes on, if it is a terminal and takes over a second."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    watcher = threading.Thread(target=_show, args=(for_what, done), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _show(for_what: str, done: threading.Event) -> None:
    if done.wait(_PATIENCE):
        return
    try:
        # Most work is done before anybody waits for it, and rich takes a while to import.
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import (  # noqa: PLC0415
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
        )
    except ModuleNotFoundError:
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task(for_what, total=None)
        done.wait()
