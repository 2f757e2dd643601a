import io
import sys
import threading
from pathlib import Path

import pytest
from strategies import a_metadata, a_metrics, publish

from taskclf.model_registry import list_bundles
from taskclf.model_registry.cli import progress
from taskclf.model_registry.cli.scanning import bundles_in


def test_a_scan_that_is_watched_finds_what_one_finds_that_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", ".hidden"):
        publish(tmp_path / name, a_metadata(), a_metrics())
    expected = list_bundles(tmp_path)
    assert bundles_in(str(tmp_path)) == expected

    asked = threading.Event()
    totals: list[int] = []

    def shown(_what: object, total: object, *_: object) -> None:
        assert callable(total)
        totals.append(total())
        asked.set()

    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "_show", shown)
    assert bundles_in(str(tmp_path)) == expected
    assert asked.wait(10)
    assert totals == [2]
