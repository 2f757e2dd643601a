import json
import shutil
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from strategies import a_bundle, a_metadata, a_metrics, a_report, publish

from taskclf.model_registry.changes import Changes
from taskclf.model_registry.cli import main
from taskclf.model_registry.compare import Comparison
from taskclf.model_registry.explain import Explanation
from taskclf.model_registry.schemas import json_schemas

ROOT = Path(__file__).parents[2]
EXAMPLES = "examples/models"
C1, C10, BAYES = (f"{EXAMPLES}/digits-{name}" for name in ("svm-c1", "svm-c10", "naive-bayes"))

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(ROOT)

    def run_main(*arguments: str | Path) -> tuple[int, str, str]:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as error:
            code = int(error.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return run_main


class TestCompare:
    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            ((BAYES, C1), 0),
            ((BAYES, C1, "--require", "better"), 1),
            ((BAYES, C1, "--require", "not-worse", "--margin", "1"), 1),
            ((C10, C1, "--require", "better"), 1),
            ((C10, C1, "--require", "not-worse"), 1),
            ((C10, C1, "--require", "not-worse", "--margin", "0.02"), 0),
            ((C1, BAYES, "--require", "better"), 0),
            ((C1, BAYES, "--require", "not-worse"), 0),
        ],
    )
    def test_the_exit_code_says_whether_what_is_required_holds(
        self, arguments: tuple[str, ...], code: int, run: Run
    ) -> None:
        found, out, err = run("compare", *arguments)
        assert (found, err) == (code, "")
        assert "macro F1" in out

    def test_json_satisfies_the_published_schema(self, run: Run) -> None:
        _, out, _ = run("compare", C10, C1, "--margin", "0.01", "--format", "json")
        jsonschema.validate(json.loads(out), json_schemas()["comparison.schema.json"])
        comparison = Comparison.model_validate_json(out)
        assert (comparison.verdict, comparison.margin) == ("cannot tell", 0.01)

    def test_a_first_look_leaves_details_to_full(self, run: Run) -> None:
        _, brief, _ = run("compare", BAYES, C1)
        _, full, _ = run("compare", BAYES, C1, "--full")
        assert "What differs in the metadata\n" not in brief
        assert "What differs in the metadata\n" in full

    def test_an_incumbent_behind_a_link_is_named_by_its_real_directory(
        self, run: Run, tmp_path: Path
    ) -> None:
        real = publish(tmp_path / "2026-02-26-logreg", a_metadata(), a_metrics())
        publish(tmp_path / "candidate", a_metadata(), a_metrics())
        (tmp_path / "production").symlink_to(real.name)
        arguments = (tmp_path / "candidate", tmp_path / "production")
        _, out, _ = run("compare", *arguments, "--format", "json")
        assert json.loads(out)["incumbent"] == "2026-02-26-logreg"
        code, out, err = run("compare", real, tmp_path / "production")
        assert (code, out) == (2, "")
        assert "are the same bundle, " in err
        assert f"{str(real)!r}: the candidate is in use already" in err

    def test_the_suffix_of_the_file_decides_the_format(self, run: Run, tmp_path: Path) -> None:
        for name, start in {"c.html": "<!DOCTYPE html>", "c.md": "# Cannot tell"}.items():
            assert run("compare", C10, C1, "-o", tmp_path / name) == (0, "", "")
            assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


class TestDiff:
    @pytest.fixture
    def models(self, tmp_path: Path) -> Path:
        publish(tmp_path / "models" / "a", a_metadata(), a_metrics())
        return tmp_path / "models"

    @pytest.fixture
    def stored(self, run: Run, models: Path, tmp_path: Path) -> Path:
        path = tmp_path / "old.json"
        policy = tmp_path / "policy.toml"
        policy.write_text("version = 2\nmin_samples = 50", encoding="utf-8")
        code, *_ = run("rank", models, "--like", models / "a", "--policy", policy, "-o", path)
        assert code == 0
        return path

    def test_a_directory_is_selected_from_as_the_stored_report_was(
        self, run: Run, models: Path, stored: Path
    ) -> None:
        assert run("diff", stored, models) == (
            0,
            "'a' is still the best; nothing changed.\n",
            "",
        )
        few = a_metrics(macro_f1=1.0, confusion_matrix=[[9, 0], [0, 9]])
        publish(models / "few", a_metadata(), few)
        publish(models / "other", a_metadata(schema_hash="dead"), a_metrics(macro_f1=1.0))
        code, out, _ = run("diff", stored, models)
        assert code == 0
        assert out.startswith("'a' is still the best; 2 bundles appeared.\n")
        assert "constraint: samples 18 < 50" in out
        assert "incompatible: schema_hash mismatch" in out

    def test_another_best_exits_1_and_the_first_sentence_says_why(
        self, run: Run, models: Path, stored: Path
    ) -> None:
        shutil.rmtree(models / "a")
        publish(models / "b", a_metadata(), a_metrics())
        code, out, err = run("diff", stored, models)
        assert (code, err) == (1, "")
        assert out.startswith("The former best 'a' is gone; 'b' is the best now.\n")

    def test_two_stored_reports_may_be_of_other_requirements(
        self, run: Run, stored: Path, tmp_path: Path
    ) -> None:
        other = tmp_path / "new.json"
        other.write_text(a_report(required_schema_hash="beef").model_dump_json(), encoding="utf-8")
        code, out, _ = run("diff", stored, other, "--format", "json")
        assert code == 1
        jsonschema.validate(json.loads(out), json_schemas()["changes.schema.json"])
        assert Changes.model_validate_json(out).cause == "vanished"

    def test_html_and_markdown_say_the_same(
        self, run: Run, models: Path, stored: Path, tmp_path: Path
    ) -> None:
        for name in ("d.html", "d.md"):
            assert run("diff", stored, models, "-o", tmp_path / name) == (0, "", "")
            assert "nothing changed" in (tmp_path / name).read_text(encoding="utf-8")


class TestExplain:
    def test_a_job_can_gate_on_the_lead_and_on_who_may_be_best(self, run: Run) -> None:
        code, out, _ = run("rank", EXAMPLES, "--like", C1, "--explain", "--format", "json")
        assert code == 0
        jsonschema.validate(json.loads(out), json_schemas()["explanation.schema.json"])
        explanation = Explanation.model_validate_json(out)
        assert explanation.lead is not None
        assert not explanation.lead.clear
        assert explanation.may_be_best[:2] == ["digits-svm-c10", "digits-svm-c1"]

    def test_nothing_eligible_exits_1_as_without_it(self, run: Run) -> None:
        asked = ("--schema-hash", "x", "--labels", "0,1")
        code, out, _ = run("rank", EXAMPLES, *asked, "--explain", "--format", "json")
        assert (code, json.loads(out)["standings"]) == (1, [])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("compare", C1), "the following arguments are required: INCUMBENT"),
        (("compare", C1, C1), f"'{C1}' and '{C1}' are the same bundle, "),
        (("compare", "nowhere", C1), "'nowhere' does not exist"),
        (("compare", C1, EXAMPLES), "use `list`, or `check examples/models/*`"),
        (
            ("compare", f"{EXAMPLES}/digits-svm-no-metrics", C1),
            "digits-svm-no-metrics' is an invalid bundle: missing metrics.json; `check` lists",
        ),
        (
            ("compare", C1, f"{EXAMPLES}/digits-forest-short-row"),
            "digits-forest-short-row' is an invalid bundle: metrics.json validation error",
        ),
        (
            ("compare", f"{EXAMPLES}/wine-naive-bayes", C1),
            (
                "'examples/models/wine-naive-bayes': 'wine-naive-bayes' has another label_set than "
                "'digits-svm-c1' (missing '0', '1', '2', and 7 more; unexpected 'class_0', "
                "'class_1', 'class_2'); expected two models of the same labels"
            ),
        ),
        (("compare", "report.json", C1), "report.json' is a file; a bundle is a directory"),
        (("compare", C10, C1, "--margin", "1%"), "'1%' should be a number from 0 to 1"),
        (("compare", C10, C1, "--margin", "-0.1"), "'-0.1' should be a number from 0 to 1"),
        (("compare", C10, C1, "--margin", "nan"), "'nan' should be a number from 0 to 1"),
        (("compare", C10, C1, "--require", "equal"), "invalid choice: 'equal'"),
        (("diff", "report.json"), "the following arguments are required: NEW"),
        (("diff", "nowhere.json", EXAMPLES), "'nowhere.json' does not exist; expected a stored"),
        (("diff", EXAMPLES, EXAMPLES), f"'{EXAMPLES}' is a directory; expected a stored report"),
        (("diff", C1, C10), f"'{C1}' is a directory; expected a stored report: `rank "),
        (("diff", "/dev/zero", EXAMPLES), "'/dev/zero' is a device, which may never end"),
        (("diff", "report.json", "nowhere"), "'nowhere' does not exist; expected the directory"),
        (("diff", "report.json", C1), f"'{C1}' is a bundle; "),
        (
            ("diff", f"{C1}/metrics.json", EXAMPLES),
            f"'{C1}/metrics.json' is not a selection report: best: Field required (and 5 more); `",
        ),
        (("diff", "cut.json", EXAMPLES), "cut.json' is not a selection report: Invalid JSON: EOF"),
        (("diff", "report.json", "cut.json"), "cut.json' is not a selection report: Invalid JSON"),
        (("diff", "best.json", EXAMPLES), "best: Should be the first of ranked, or null"),
        (
            ("rank", EXAMPLES, "--like", C1, "--explain"),
            "--explain is for --format json: what people read explains by itself",
        ),
    ],
)
def test_what_cannot_be_done_is_one_clear_line_and_exit_code_2(
    arguments: tuple[str, ...], message: str, run: Run, tmp_path: Path
) -> None:
    report = a_report(a_bundle("a")).model_dump_json()
    not_first = json.loads(report) | {"best": None}
    for name, text in (
        ("report.json", report),
        ("cut.json", report[:300]),
        ("best.json", json.dumps(not_first)),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    named = [str(tmp_path / a) if (tmp_path / a).is_file() else a for a in arguments]
    code, out, err = run(*named)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1
