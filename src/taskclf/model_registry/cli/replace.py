"""A file that `-o` names: it has the new text at once, or is left as it was."""

import contextlib
import os
import signal
import stat
import threading
from collections.abc import Iterable, Iterator
from types import FrameType

# Names of what is open rather than of files: `-o /dev/stdout` adds to where a shell appends.
_OPEN = ("/dev/fd/", "/dev/std", "/proc/")


def replace(path: str, parts: Iterable[str]) -> None:
    """Write a file completely or not at all; a device or a FIFO is written to.

    A symbolic link stays one: what it leads to is replaced. A file keeps its mode.

    Raises:
        OSError: If it cannot be written.
    """
    mode = _mode(path)
    try:
        if (mode is not None and not stat.S_ISREG(mode)) or os.path.abspath(path).startswith(_OPEN):
            with open(path, "a", encoding="utf-8", newline="\n") as file:
                file.writelines(parts)
        else:
            _replace(os.path.realpath(path), mode, parts)
    except OSError as error:
        raise OSError(error.errno, f"Cannot write: {error.strerror}", path) from error


def _mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode
    except OSError:
        return None  # A new file; or writing it says why not.


def _replace(path: str, mode: int | None, parts: Iterable[str]) -> None:
    # Of a process in another container not even the id is another one.
    temporary = os.path.join(os.path.dirname(path), f".{os.urandom(8).hex()}.tmp")
    with _terminated_by_exception():
        try:
            with open(temporary, "x", encoding="utf-8", newline="\n") as file:
                if mode is not None:
                    os.chmod(temporary, stat.S_IMODE(mode))
                file.writelines(parts)
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise


@contextlib.contextmanager
def _terminated_by_exception() -> Iterator[None]:
    """Have a termination unwind the stack, so that what is temporary is removed."""
    ours = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    )
    if ours:
        signal.signal(signal.SIGTERM, _exit)
    try:
        yield
    finally:
        if ours:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _exit(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)
