"""Python's cyclic garbage collector, held back while many documents become objects.

A scan makes millions of small lists and dicts, none of them garbage. Each collection would walk
all of them: measured, that is a third of a scan, and half of the worst document.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Some interpreters (CPython 3.12) keep immortal objects where `gc.freeze` puts what it freezes.
# They are a few hundred; a bare interpreter that is frozen has more than four thousand.
_IMMORTAL = 1000


@contextmanager
def paused_collection() -> Iterator[None]:
    """Hold cyclic garbage collection back, and leave it as it was found.

    Calls may be nested and come from several threads: only who found the collector running starts
    it again, so the worst that can happen is a collection during a scan. While it is held back,
    cyclic garbage of other threads waits as well.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def paused_collection_of_survivors() -> Iterator[None]:
    """Hold collection back while objects are made that will stay, and count them as old.

    The first collection afterwards would walk every one of them for nothing: measured, a sixth to
    a half of a scan, by the version of Python.
    """
    with paused_collection():
        yield
        # What somebody froze before a fork must stay frozen.
        if gc.get_freeze_count() < _IMMORTAL:
            gc.freeze()
            gc.unfreeze()  # Into the oldest generation, whatever the generation before.
