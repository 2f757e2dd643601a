"""What a person at a terminal sees while waiting."""

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import TypeVar

_PATIENCE = 1.0
"""Seconds without any sign of life that are no trouble."""

_BLINK = 0.2
"""Seconds between two looks at the count."""

_Item = TypeVar("_Item")


def counted(items: Iterable[_Item], what: str, total: Callable[[], int]) -> Iterable[_Item]:
    """Return the items; after a second, a bar on standard error shows how many were taken.

    Where standard error is no terminal the items themselves are returned.

    Args:
        items: What somebody waits for.
        what: What is done, such as `Reading bundles`.
        total: Tells how many there will be. It is asked only once the bar is shown.
    """
    # Standard error that is closed is None.
    return _watched(items, what, total) if sys.stderr and sys.stderr.isatty() else items


def _watched(items: Iterable[_Item], what: str, total: Callable[[], int]) -> Iterator[_Item]:
    # The watcher looks at the count. To tell it of each item would cost the work more.
    taken = [0]
    done = threading.Event()
    arguments = (what, total, taken, done)
    watcher = threading.Thread(target=_show, name=what, args=arguments, daemon=True)
    watcher.start()
    try:
        for item in items:
            yield item
            taken[0] += 1
    finally:
        done.set()
        watcher.join()


def _show(what: str, total: Callable[[], int], taken: list[int], done: threading.Event) -> None:
    start = monotonic()
    if done.wait(_PATIENCE):
        return
    try:
        # Most work is done before anybody waits for it, and rich takes a while to import.
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )
    except ModuleNotFoundError:
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
        TextColumn("{task.fields[rate]:,.0f}/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total(), rate=0)
        while not done.wait(_BLINK):
            rate = taken[0] / (monotonic() - start)
            progress.update(task, completed=taken[0], rate=rate)
