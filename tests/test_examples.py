"""The example producer and consumer do what their README says, run as a reader runs them."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from taskclf.model_registry import BundleMetrics, ModelBundle, list_bundles

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
MODELS = EXAMPLES / "models"

RANKING = [
    "digits-svm-c10",
    "digits-svm-c1",
    "digits-knn-3",
    "digits-knn-1",
    "digits-logistic-regression-rerun",
    "digits-logistic-regression",
    "digits-random-forest",
    "digits-gradient-boosting",
    "digits-naive-bayes",
    "digits-dummy",
]

# Each reason starts with the first text and names the place or the value in the others.
EXCLUSIONS = {
    "digits-4x4-random-forest": ("incompatible: schema_hash mismatch",),
    "digits-boosting-f1-of-1.2": ("invalid: metrics.json validation error", "macro_f1"),
    "digits-forest-short-row": (
        "invalid: metrics.json validation error",
        "confusion_matrix",
        "3",
        "9 cells",
        "10",
    ),
    "digits-knn-truncated-metrics": ("invalid: metrics.json parse error", "EOF", "line"),
    "digits-logistic-naive-timestamp": ("invalid: metadata.json validation error", "created_at"),
    "digits-parity-svm": ("incompatible: label_set mismatch", "'0'", "'even'", "'odd'"),
    "digits-svm-no-metrics": ("invalid: missing metrics.json",),
    "wine-naive-bayes": (
        "incompatible: schema_hash mismatch",
        "label_set mismatch",
        "'class_0'",
    ),
}


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def select_best(models_dir: Path) -> subprocess.CompletedProcess[str]:
    return run(EXAMPLES / "select_best.py", models_dir)


def excluded(output: str) -> dict[str, str]:
    """Return the printed reasons by the name before each."""
    lines = output.split("\n\n")[2].splitlines()[1:]
    return dict(line.strip().split(": ", 1) for line in lines)


def train_bundles(out_dir: Path) -> None:
    if importlib.util.find_spec("sklearn") is None:
        pytest.skip("training needs scikit-learn")
    completed = run(EXAMPLES / "train_bundles.py", out_dir)
    assert completed.returncode == 0, completed.stderr


def files(directory: Path) -> dict[str, bytes]:
    paths = sorted(path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in paths}


def problems(bundle: ModelBundle) -> list[tuple[str | None, str, str]]:
    return [(problem.document, problem.pointer, problem.type) for problem in bundle.problems]


@pytest.fixture(scope="module")
def shown() -> subprocess.CompletedProcess[str]:
    """What the consumer prints about the committed bundles."""
    return select_best(MODELS)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models directory, freshly trained."""
    out_dir = tmp_path_factory.mktemp("examples") / "models"
    train_bundles(out_dir)
    return out_dir


class TestSelectBest:
    def test_names_the_best_model(self, shown: subprocess.CompletedProcess[str]) -> None:
        assert shown.returncode == 0, shown.stderr
        assert shown.stdout.split("\n\n")[0] == "Best: digits-svm-c10"

    def test_ranks_by_macro_f1_then_weighted_f1_then_instant(
        self, shown: subprocess.CompletedProcess[str]
    ) -> None:
        heading, *rows = shown.stdout.split("\n\n")[1].splitlines()

        assert heading == "Ranked: 10"
        assert [row.split()[2] for row in rows] == list(RANKING)
        assert rows[0].split()[:2] == ["0.9931", "0.9930"]

    def test_names_every_exclusion(self, shown: subprocess.CompletedProcess[str]) -> None:
        assert "\nExcluded: 8\n" in shown.stdout
        assert list(excluded(shown.stdout)) == list(EXCLUSIONS)

    @pytest.mark.parametrize("model_id", EXCLUSIONS)
    def test_tells_the_producer_what_to_fix(
        self, shown: subprocess.CompletedProcess[str], model_id: str
    ) -> None:
        start, *details = EXCLUSIONS[model_id]
        reason = excluded(shown.stdout)[model_id]

        assert reason.startswith(start)
        for detail in details:
            assert detail in reason

    def test_exits_with_1_when_no_bundle_is_eligible(self, tmp_path: Path) -> None:
        completed = select_best(tmp_path)

        assert completed.returncode == 1
        assert completed.stdout.startswith("Best: none")

    def test_exits_with_2_and_one_line_when_the_path_is_wrong(self, tmp_path: Path) -> None:
        file = tmp_path / "file"
        file.touch()

        for wrong in (tmp_path / "absent", file):
            completed = select_best(wrong)

            assert completed.returncode == 2
            assert completed.stdout == ""
            assert len(completed.stderr.splitlines()) == 1
            assert wrong.name in completed.stderr

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows forbids such names")
    def test_escapes_a_directory_name_that_would_control_the_terminal(self, tmp_path: Path) -> None:
        (tmp_path / "clear\x1b[2J").mkdir()

        assert r"clear\x1b[2J" in select_best(tmp_path).stdout

    def test_needs_the_library_alone(self, shown: subprocess.CompletedProcess[str]) -> None:
        script = EXAMPLES / "select_best.py"
        without_training_libraries = (
            "import runpy, sys\n"
            "sys.modules.update(dict.fromkeys(['numpy', 'sklearn']))\n"
            "sys.argv = sys.argv[1:]\n"
            "runpy.run_path(sys.argv[0], run_name='__main__')\n"
        )

        completed = run("-c", without_training_libraries, script, MODELS)

        assert completed.stdout == shown.stdout


class TestCommittedBundles:
    def test_are_json_documents_only(self) -> None:
        names = {Path(path).name for path in files(MODELS)}

        assert names == {"metadata.json", "metrics.json"}

    @pytest.mark.parametrize(("first", "second"), [RANKING[0:2], RANKING[2:4]])
    def test_hold_pairs_that_are_almost_equal(self, first: str, second: str) -> None:
        bundles = {bundle.model_id: bundle.metrics for bundle in list_bundles(MODELS)}
        better, worse = bundles[first], bundles[second]

        assert better
        assert worse
        assert 0 <= better.macro_f1 - worse.macro_f1 < 0.001
        assert better.confusion_matrix != worse.confusion_matrix

    @pytest.mark.parametrize("bundle", list_bundles(MODELS), ids=lambda bundle: bundle.model_id)
    def test_report_the_f1_that_follows_from_their_matrix(self, bundle: ModelBundle) -> None:
        if bundle.metrics is not None:
            assert_f1_follows_from_matrix(bundle.metrics)


class TestTrainBundles:
    """Training differs in the last digits between versions of scikit-learn and processors.

    So the scores of a fresh run are compared with the committed ones within 0.02, about
    fourteen of the held-out samples; everything that does not depend on training, exactly.
    """

    def test_writes_the_committed_bundles_and_leaves_nothing_else(self, trained: Path) -> None:
        assert list(files(trained)) == list(files(MODELS))

    def test_writes_the_committed_metadata(self, trained: Path) -> None:
        for committed in MODELS.glob("*/metadata.json"):
            fresh = trained / committed.relative_to(MODELS)

            assert json.loads(fresh.read_bytes()) == json.loads(committed.read_bytes())

    def test_reaches_the_committed_scores(self, trained: Path) -> None:
        for fresh, committed in zip(list_bundles(trained), list_bundles(MODELS), strict=True):
            assert problems(fresh) == problems(committed)
            if fresh.metrics and committed.metrics:
                assert fresh.metrics.macro_f1 == pytest.approx(committed.metrics.macro_f1, abs=0.02)
                assert fresh.metrics.label_names == committed.metrics.label_names
                assert_f1_follows_from_matrix(fresh.metrics)

    def test_breaks_one_thing_in_each_broken_bundle(self, trained: Path) -> None:
        broken = [bundle for bundle in list_bundles(trained) if not bundle.valid]

        assert len(broken) == 5
        assert all(len(bundle.problems) == 1 for bundle in broken)

    def test_replaces_its_bundles_by_the_same_bytes_when_run_again(self, trained: Path) -> None:
        before = files(trained)

        train_bundles(trained)

        assert files(trained) == before


class TestRetrain:
    def retrain(
        self, work_dir: Path, model_id: str, samples: int
    ) -> subprocess.CompletedProcess[str]:
        if importlib.util.find_spec("sklearn") is None:
            pytest.skip("training needs scikit-learn")
        script = EXAMPLES / "retrain.py"
        completed = run(script, work_dir, model_id, "--samples", str(samples))
        assert completed.stderr == ""
        return completed

    def test_replaces_the_model_in_production_by_a_better_one_only(self, tmp_path: Path) -> None:
        outcomes = [
            self.retrain(tmp_path, model_id, samples)
            for model_id, samples in (("a", 100), ("b", 1000), ("c", 1050), ("d", 60))
        ]
        reasons = [outcome.stdout.splitlines()[1] for outcome in outcomes]
        assert reasons[0] == "Nothing is in production yet."
        assert reasons[1].startswith("Better: macro F1 +0.")
        assert reasons[2].startswith("Too close to call: macro F1 ")
        assert reasons[3].startswith("Worse: macro F1 −0.")
        assert [outcome.returncode for outcome in outcomes] == [0, 0, 1, 1]
        assert [outcome.stdout.splitlines()[2] for outcome in outcomes] == [
            "In production: a",
            "In production: b",
            "In production: b",
            "In production: b",
        ]
        assert (tmp_path / "production").resolve() == tmp_path / "models" / "b"
        assert [bundle.valid for bundle in list_bundles(tmp_path / "models")] == [True] * 4

    def test_a_name_that_is_taken_changes_nothing(self, tmp_path: Path) -> None:
        self.retrain(tmp_path, "a", 100)
        before = files(tmp_path)
        completed = run(EXAMPLES / "retrain.py", tmp_path, "a", "--samples", "1000")
        assert completed.returncode == 1
        assert "FileExistsError" in completed.stderr
        assert files(tmp_path) == before


def assert_f1_follows_from_matrix(metrics: BundleMetrics) -> None:
    """Compare the reported F1, rounded to 4 digits, with the definition of F1."""
    rows = metrics.confusion_matrix
    supports = [sum(row) for row in rows]
    predictions = [sum(column) for column in zip(*rows, strict=True)]
    scores = [
        2 * rows[i][i] / (supports[i] + predictions[i]) if supports[i] + predictions[i] else 0.0
        for i in range(len(rows))
    ]
    weighted = sum(score * support for score, support in zip(scores, supports, strict=True))

    rounding = 0.000_050_001
    assert metrics.macro_f1 == pytest.approx(sum(scores) / len(scores), abs=rounding)
    assert metrics.weighted_f1 == pytest.approx(weighted / sum(supports), abs=rounding)
