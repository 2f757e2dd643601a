"""The benchmarks run, on few bundles: their figures are not looked at, their shape is."""

import subprocess
import sys
from pathlib import Path

import pytest
from bundles import LABELS, write_bundles

duckdb = pytest.importorskip("duckdb", reason="needs DuckDB: make test-bench")

from peers import pathlib_loop, query  # noqa: E402 - they import DuckDB
from scan import TARGETS, measure, select  # noqa: E402

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def test_every_contender_selects_the_same_bundle_as_long_as_none_is_broken(tmp_path: Path) -> None:
    models_dir = write_bundles(tmp_path / "models", 60, invalid=0)
    best = select(models_dir, LABELS)().best
    assert best is not None
    assert pathlib_loop(models_dir) == best.path
    assert query(duckdb.connect(), models_dir)[0][0] == str(best.path)


def test_a_loop_that_does_not_validate_falls_for_a_score_beyond_1(tmp_path: Path) -> None:
    models_dir = write_bundles(tmp_path / "models", 60, invalid=0.5)
    chosen = pathlib_loop(models_dir)
    assert chosen is not None
    assert '"macro_f1": 1.2' in (chosen / "metrics.json").read_text(encoding="utf-8")


def test_the_same_seed_gives_the_same_bundles(tmp_path: Path) -> None:
    one, other = (write_bundles(tmp_path / name, 20, invalid=0.5) for name in ("one", "other"))
    for path in one.rglob("*.json"):
        assert (other / path.relative_to(one)).read_bytes() == path.read_bytes()


def test_a_run_measures_everything_that_has_a_target(tmp_path: Path) -> None:
    figures = measure(tmp_path, 100, 1)
    sized = {name for name in TARGETS if name.startswith("a bundle of")}
    assert set(TARGETS) - sized <= set(figures)
    assert "a bundle of 250 / of 10" in figures


@pytest.mark.parametrize(
    ("script", "arguments"),
    [("scan.py", ["--bundles", "40", "--rounds", "1"]),
     ("network.py", ["--bundles", "4", "--rounds", "1"]),
     ("predictions.py", ["--samples", "1000", "--rounds", "1"])],
)  # fmt: skip
def test_a_benchmark_prints_its_table(script: str, arguments: list[str]) -> None:
    run = subprocess.run(
        [sys.executable, BENCHMARKS / script, *arguments],
        capture_output=True,
        check=True,
        text=True,
    )
    assert len(run.stdout.splitlines()) >= 5
    assert not run.stderr
