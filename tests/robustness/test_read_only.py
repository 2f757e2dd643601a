"""A scan opens files for reading only, and only inside the models directory."""

import subprocess
import sys
from pathlib import Path

import pytest
from strategies import a_metadata, a_metrics, publish

# Everything that Python reports of a scan: no file outside, no flag that writes, nothing else.
WATCHED_SCAN = """
import os, sys
from taskclf.model_registry import SelectionPolicy, find_best_model

models, deed = sys.argv[1:]
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
HARMLESS = {"os.scandir", "gc.get_objects", "object.__getattr__", "sys._getframe"}
watching = False

def watch(event, args):
    if not watching:
        return
    if event == "open":
        path, _, flags = args
        relative = path in ("metadata.json", "metrics.json")
        if flags & WRITING or not (relative or os.fspath(path).startswith(models)):
            print("open", path, flags)
    elif event == "os.scandir":
        if os.fspath(args[0]) != models:
            print(event, args)
    elif event not in HARMLESS:
        print(event, args)

sys.addaudithook(watch)
watching = True
report = find_best_model(models, SelectionPolicy(), "4077c2e1", {"Build", "Debug"})
report.model_dump_json()
match deed:
    case "write": open(os.path.join(models, "metrics.json"), "w").close()
    case "outside": open(os.devnull).close()
    case "remove": os.remove(os.path.join(models, "metrics.json"))
    case "list": os.listdir(os.path.dirname(models))
    case "run": eval("0")
    case "connect": __import__("socket").socket().close()
watching = False
assert report.best is not None
assert len(report.excluded) == 2, report.excluded
"""


def seen(tmp_path: Path, deed: str) -> str:
    models = tmp_path / "models"
    publish(models / "good", a_metadata(), a_metrics())
    publish(models / "bad", b"{", b"{}")
    publish(models / "half", a_metadata(), None)
    (models / "good" / "model.pkl").write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    (models / "metrics.json").touch()
    command = [sys.executable, "-c", WATCHED_SCAN, str(models), deed]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_a_scan_reads_inside_the_models_directory_and_does_nothing_else(tmp_path: Path) -> None:
    assert not seen(tmp_path, "nothing more")


@pytest.mark.parametrize("deed", ["write", "outside", "remove", "list", "run", "connect"])
def test_the_watch_over_a_scan_sees_what_a_scan_must_not_do(tmp_path: Path, deed: str) -> None:
    assert seen(tmp_path, deed)
