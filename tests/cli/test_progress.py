import io
import re
import sys
import threading
from collections.abc import Iterator

import pytest

from taskclf.model_registry.cli import progress
from taskclf.model_registry.cli.progress import counted


class Terminal(io.StringIO):
    """A standard error that is a terminal, and tells when a bar was drawn that shows the count."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        written = super().write(text)
        if "2 of 1,000" in self.getvalue():
            self.drawn.set()
        return written


def at_terminal(monkeypatch: pytest.MonkeyPatch, patience: float = 0.0) -> Terminal:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "_PATIENCE", patience)
    monkeypatch.setattr(progress, "_BLINK", 0.01)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    return terminal


def never_asked() -> int:
    pytest.fail("nobody waits long enough to ask")


def test_work_that_takes_long_shows_count_total_rate_and_time_left_and_clears_the_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = at_terminal(monkeypatch)
    taken = []
    for item in counted(iter("abc"), "Reading bundles", lambda: 1000):
        taken.append(item)
        if item == "c":
            assert terminal.drawn.wait(10)
    assert taken == ["a", "b", "c"]
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.getvalue())
    assert re.search(r"Reading bundles [━╸╺ ]+ 2 of 1,000 [\d,]+/s -?\d?[-:\d]+", shown)
    assert terminal.getvalue().endswith("\x1b[1A\x1b[2K")  # Up one line, erase it.


def test_work_that_is_soon_done_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = at_terminal(monkeypatch, patience=60.0)
    assert list(counted("ab", "Reading bundles", never_asked)) == ["a", "b"]
    assert terminal.getvalue() == ""


def test_nothing_is_added_to_the_work_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    at_terminal(monkeypatch)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    items = iter("ab")
    assert counted(items, "Reading bundles", never_asked) is items


def test_work_goes_on_without_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = at_terminal(monkeypatch)
    monkeypatch.setitem(sys.modules, "rich.console", None)
    assert list(counted("ab", "Reading bundles", never_asked)) == ["a", "b"]
    assert terminal.getvalue() == ""


def test_an_error_of_the_work_is_raised_and_nobody_goes_on_watching(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> Iterator[str]:
        assert "Reading bundles" in {thread.name for thread in threading.enumerate()}
        yield "a"
        raise OSError("broken")

    at_terminal(monkeypatch, patience=60.0)
    with pytest.raises(OSError, match="broken"):
        list(counted(broken(), "Reading bundles", never_asked))
    assert "Reading bundles" not in {thread.name for thread in threading.enumerate()}
