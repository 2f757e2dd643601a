import io
import sys
import threading

import pytest

from taskclf.model_registry.cli import progress
from taskclf.model_registry.cli.progress import waiting


class Terminal(io.StringIO):
    """A standard error that is a terminal, and tells when it is written to."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.written.set()
        return super().write(text)


def at_terminal(monkeypatch: pytest.MonkeyPatch, patience: float = 0.0) -> Terminal:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "_PATIENCE", patience)
    monkeypatch.setenv("TERM", "xterm")
    return terminal


def test_work_that_takes_long_is_announced_and_the_line_removed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = at_terminal(monkeypatch)
    with waiting("Reading bundles"):
        assert terminal.written.wait(10)
    shown = terminal.getvalue()
    assert "Reading bundles" in shown
    assert shown.endswith("\x1b[1A\x1b[2K")  # Up one line, erase it.


def test_work_that_is_soon_done_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = at_terminal(monkeypatch, patience=60.0)
    with waiting("Reading bundles"):
        pass
    assert terminal.getvalue() == ""


def test_nothing_is_shown_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    at_terminal(monkeypatch)
    redirected = io.StringIO()
    monkeypatch.setattr(sys, "stderr", redirected)
    threads = threading.active_count()
    with waiting("Reading bundles"):
        assert threading.active_count() == threads
    assert redirected.getvalue() == ""


def test_work_goes_on_without_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = at_terminal(monkeypatch)
    monkeypatch.setitem(sys.modules, "rich.console", None)
    with waiting("Reading bundles"):
        pass
    assert terminal.getvalue() == ""


def test_an_error_of_the_work_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    at_terminal(monkeypatch, patience=60.0)
    with pytest.raises(OSError, match="broken"), waiting("Reading bundles"):
        raise OSError("broken")
