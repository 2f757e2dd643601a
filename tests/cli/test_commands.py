import io
import json
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import jsonschema
import pytest
from strategies import a_metadata, a_metrics, publish

from taskclf.model_registry import ModelBundle, SelectionReport, cli
from taskclf.model_registry.check import CheckedBundle
from taskclf.model_registry.cli import commands, main
from taskclf.model_registry.schemas import json_schemas

ROOT = Path(__file__).parents[2]
EXAMPLES = "examples/models"
LIKE = f"{EXAMPLES}/digits-svm-c1"
RANK = ["rank", EXAMPLES, "--like", LIKE]

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


class TestCheck:
    def test_a_valid_bundle_exits_0(self, run: Run) -> None:
        assert run("check", LIKE) == (0, "1 bundle is valid\n", "")

    def test_an_invalid_bundle_exits_1_with_file_pointer_and_message(self, run: Run) -> None:
        code, out, err = run("check", f"{EXAMPLES}/digits-forest-short-row")
        assert (code, err) == (1, "")
        assert "metrics.json /confusion_matrix/3: Has 9 cells, expected 10" in out

    def test_a_bundle_may_be_named_by_one_of_its_documents(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert run("check", f"{LIKE}/metrics.json", f"{LIKE}/metadata.json")[0] == 0
        bundle = publish(tmp_path / "b", a_metadata(), a_metrics())
        monkeypatch.chdir(bundle)
        assert run("check", "metrics.json")[0] == 0

    def test_equal_problems_of_many_bundles_are_grouped(self, run: Run, tmp_path: Path) -> None:
        paths = [publish(tmp_path / f"b{i:02}", b"{}", a_metrics()) for i in range(37)]
        _, out, _ = run("check", *paths)
        assert "37 bundles: metadata.json /label_set: Field required" in out

    def test_annotations_name_the_file_for_github(self, run: Run) -> None:
        code, out, _ = run("check", "--format", "github", f"{EXAMPLES}/digits-svm-no-metrics")
        assert code == 1
        assert out.startswith(f"::error file={EXAMPLES}/digits-svm-no-metrics/metrics.json,")

    def test_json_is_an_array_of_bundles(self, run: Run) -> None:
        _, out, _ = run("check", "--format", "json", LIKE)
        [bundle] = json.loads(out)
        assert ModelBundle.model_validate_json(json.dumps(bundle)).model_id == "digits-svm-c1"

    def test_warnings_are_shown_and_exit_1_only_if_strict(self, run: Run, tmp_path: Path) -> None:
        path = publish(tmp_path / "b", a_metadata(), a_metrics(macro_f1=0.5, weighted_f1=0.95))
        code, out, _ = run("check", path)
        assert (code, out.partition("\n")[0]) == (0, "1 bundle is valid, 1 warning")
        assert "metrics.json /macro_f1: Differs by 0.44987" in out
        assert run("check", path, "--strict")[0] == 1
        assert run("check", LIKE, "--strict")[0] == 0
        for form, shown in (("github", "::warning file="), ("markdown", "## Warnings")):
            assert shown in run("check", path, "--format", form)[1]
        [bundle] = json.loads(run("check", path, "--format", "json")[1])
        assert [warning["type"] for warning in bundle["warnings"]] == ["macro_f1_inconsistent"]
        assert bundle["problems"] == []

    def test_a_clock_is_the_one_that_is_handed_in(self, run: Run) -> None:
        _, out, _ = run("check", LIKE, "--now", "2025-11-06T11:29:59+05:30")
        assert "metadata.json /created_at: Is in the future" in out
        assert run("check", LIKE, "--now", "2025-11-06T11:30:00+05:30")[1] == "1 bundle is valid\n"
        assert run("check", LIKE)[1] == "1 bundle is valid\n"
        code, out, err = run("check", LIKE, "--now", "today")
        assert (code, out) == (2, "")
        assert "--now 'today': Input should be an existing date-time with offset" in err

    def test_a_consumer_is_asked_whether_it_would_take_the_bundle(self, run: Run) -> None:
        taken = run("check", f"{EXAMPLES}/digits-knn-1", "--like", LIKE)
        assert taken == (0, "1 bundle is valid and eligible\n", "")
        code, out, _ = run("check", f"{EXAMPLES}/digits-parity-svm", "--like", LIKE)
        assert (code, out.partition("\n")[0]) == (1, "1 of 1 bundle is excluded by the consumer")
        assert "metadata.json /label_set: label_set mismatch (missing '0', '1'" in out

    def test_a_policy_is_asked_with_the_bundles_own_labels_or_those_of_another(
        self, run: Run, tmp_path: Path
    ) -> None:
        policy = tmp_path / "policy.toml"
        policy.write_text("version = 2\nmin_macro_f1 = 0.98\nmin_recall = { 7 = 0.9 }\n")
        assert run("check", LIKE, "--policy", policy)[0] == 0
        code, out, _ = run("check", f"{EXAMPLES}/digits-dummy", "--policy", policy)
        assert code == 1
        assert "metrics.json /macro_f1: macro_f1 0.018 < 0.980" in out
        code, out, _ = run("check", f"{EXAMPLES}/wine-naive-bayes", "--policy", policy)
        assert (code, "'7'" in out) == (1, True)
        parity = f"{EXAMPLES}/digits-parity-svm"
        code, _, err = run("check", LIKE, "--like", parity, "--policy", policy)
        assert code == 2
        assert "min_recall: Gate for '7', which is not in required_label_set" in err

    def test_json_says_why_a_consumer_would_exclude_a_bundle_invalid_ones_too(
        self, run: Run
    ) -> None:
        paths = [f"{EXAMPLES}/{name}" for name in ("digits-svm-no-metrics", "wine-naive-bayes")]
        _, out, _ = run("check", *paths, LIKE, "--like", LIKE, "--format", "json")
        reasons = [
            bundle["exclusion"] and bundle["exclusion"]["reason"] for bundle in json.loads(out)
        ]
        assert reasons[0] == "invalid: missing metrics.json"
        assert reasons[1].startswith("incompatible: schema_hash mismatch")
        assert reasons[2] is None

    def test_a_bundle_without_metadata_is_invalid_for_every_consumer(
        self, run: Run, tmp_path: Path
    ) -> None:
        path = publish(tmp_path / "b", None, a_metrics())
        _, out, _ = run("check", path, "--like", LIKE, "--format", "json")
        assert json.loads(out)[0]["exclusion"]["reason"] == "invalid: missing metadata.json"

    def test_what_is_no_bundle_beside_bundles_is_passed_over(
        self, run: Run, tmp_path: Path
    ) -> None:
        (tmp_path / "README.md").touch()
        (tmp_path / "self").symlink_to(".")
        publish(tmp_path / "old" / "a", a_metadata(), a_metrics())
        publish(tmp_path / "b", a_metadata(), None)
        code, out, err = run("check", *sorted(tmp_path.iterdir()))
        assert (code, out.partition("\n")[0]) == (1, "1 of 1 bundle is invalid")
        assert [line.split("'")[0] for line in err.splitlines()] == [
            "taskclf-registry: skipped: "
        ] * 3
        assert "README.md' is a file" in err
        assert "old' is not a bundle but contains some" in err

    def test_what_does_not_exist_is_not_passed_over(self, run: Run) -> None:
        code, out, err = run("check", LIKE, "nowhere")
        assert (code, out) == (2, "")
        assert "'nowhere' does not exist" in err


class TestList:
    def test_every_bundle_has_its_validity_and_scores(self, run: Run) -> None:
        code, out, _ = run("list", EXAMPLES)
        assert code == 0
        assert out.startswith("18 bundles, 13 valid of 4 kinds\n")

    def test_json_lists_the_bundles(self, run: Run) -> None:
        _, out, _ = run("list", EXAMPLES, "--format", "json")
        assert len(json.loads(out)) == 18

    def test_a_group_is_sorted_as_asked(self, run: Run) -> None:
        _, out, _ = run("list", EXAMPLES, "--sort", "macro_f1")
        assert re.search(r"digits-svm-c10 .*\ndigits-svm-c1 .*\ndigits-knn-", out)


class TestShow:
    def test_a_bundle_is_shown_in_full(self, run: Run) -> None:
        code, out, err = run("show", LIKE)
        assert (code, err) == (0, "")
        assert out.startswith("digits-svm-c1 is valid\n")
        for part in ("Documents\n", "Classes, worst first\n", "Confusion matrix\n"):
            assert part in out

    def test_what_is_wrong_or_doubtful_comes_first_and_the_bundle_is_shown_all_the_same(
        self, run: Run, tmp_path: Path
    ) -> None:
        document = a_metadata().model_dump_json()[:-1] + ', "reject_treshold": 0.5}'
        bundle = publish(tmp_path / "b", document.encode(), None)
        code, out, _ = run("show", bundle)
        assert (code, out.partition("\n")[0]) == (0, "b is invalid, with 1 warning")
        assert out.index("\n1 problem\n") < out.index("\n1 warning\n") < out.index("\nDocuments\n")

    def test_json_is_the_checked_bundle(self, run: Run) -> None:
        _, out, _ = run("show", LIKE, "--format", "json")
        assert CheckedBundle.model_validate_json(out).model_id == "digits-svm-c1"


class TestRank:
    def test_without_requirements_it_says_which_groups_there_are_and_how_to_name_one(
        self, run: Run
    ) -> None:
        code, out, err = run("rank", EXAMPLES)
        assert (code, out) == (2, "")
        first, *groups = err.splitlines()
        assert first == "taskclf-registry: rank needs --schema-hash and --labels, or --like BUNDLE"
        assert groups[0] == (
            "taskclf-registry: --like examples/models/digits-dummy for 10 bundles: "
            "schema 85e94657205f7ae…, 10 labels 0, 1, 2, 3, 4, …"
        )
        assert len(groups) == 4
        for line in groups:
            _, like, path, *_ = line.split()
            assert run("rank", EXAMPLES, like, path)[0] == 0

    def test_of_many_groups_the_largest_are_named(self, run: Run, tmp_path: Path) -> None:
        for number in range(7):
            metadata = a_metadata(schema_hash=f"{number}")
            publish(tmp_path / f"b{number}", metadata, a_metrics())
        *_, last = run("rank", tmp_path)[2].splitlines()
        assert last == "taskclf-registry: and 2 more; `list` shows them"

    def test_name_or_path_of_the_best_are_one_line_for_scripts(self, run: Run) -> None:
        assert run(*RANK, "--format", "id") == (0, "digits-svm-c10\n", "")
        path = str(ROOT / EXAMPLES / "digits-svm-c10")
        assert run(*RANK, "--format", "path") == (0, f"{path}\n", "")

    def test_nothing_eligible_is_no_line(self, run: Run) -> None:
        arguments = ["rank", EXAMPLES, "--schema-hash", "x", "--labels", "0"]
        assert run(*arguments, "--format", "id")[:2] == (1, "")

    @pytest.mark.parametrize("name", ["a\nb", "::add-mask::x", " ::add-mask::x", "##[group]x"])
    def test_a_name_that_no_line_can_hold_is_refused(
        self, name: str, run: Run, tmp_path: Path
    ) -> None:
        publish(tmp_path / name, a_metadata(), a_metrics())
        arguments = ["--schema-hash", "4077c2e1", "--labels", "Build,Debug", "--format", "id"]
        code, out, err = run("rank", tmp_path, *arguments)
        assert (code, out) == (2, "")
        assert "no line can hold the best's id" in err

    def test_the_best_leads(self, run: Run) -> None:
        code, out, err = run(*RANK)
        assert (code, err) == (0, "")
        assert out.startswith("Best: digits-svm-c10\n")

    def test_hash_and_labels_can_be_given(self, run: Run) -> None:
        schema_hash = json.loads((ROOT / LIKE / "metadata.json").read_bytes())["schema_hash"]
        code, out, _ = run(
            "rank", EXAMPLES, "--schema-hash", schema_hash, "--labels", "0,1,2,3,4,5,6,7,8, 9"
        )
        assert (code, out.partition("\n")[0]) == (0, "Best: digits-svm-c10")

    def test_nothing_eligible_exits_1(self, run: Run) -> None:
        code, out, _ = run("rank", EXAMPLES, "--schema-hash", "x", "--labels", "0,1")
        assert (code, out.partition("\n")[0]) == (1, "No bundle is eligible")

    def test_labels_that_no_bundle_knows_are_hinted_at(self, run: Run) -> None:
        code, out, err = run("rank", EXAMPLES, "--schema-hash", "x", "--labels", "0,Zero")
        assert (code, out.partition("\n")[0]) == (1, "No bundle is eligible")
        assert err == (
            "taskclf-registry: --labels: no bundle knows 'Zero'; there are "
            "'0', '1', '2', and 7 more (15 bundles); 'even', 'odd' (1 bundle); "
            "'class_0', 'class_1', 'class_2' (1 bundle)\n"
        )

    def test_of_many_label_sets_three_are_named(self, run: Run, tmp_path: Path) -> None:
        for name in "abcde":
            publish(tmp_path / name, a_metadata(label_set=[name]), a_metrics())
        _, _, err = run("rank", tmp_path, "--schema-hash", "x", "--labels", "x")
        assert err.endswith("'c' (1 bundle); and 2 further sets\n")

    def test_where_no_bundle_is_there_is_nothing_to_hint_at(self, run: Run, tmp_path: Path) -> None:
        code, _, err = run("rank", tmp_path, "--schema-hash", "x", "--labels", "x")
        assert (code, err) == (1, "")

    def test_json_satisfies_the_published_schema(self, run: Run) -> None:
        _, out, _ = run(*RANK, "--format", "json")
        jsonschema.validate(json.loads(out), json_schemas()["selection_report.schema.json"])
        assert SelectionReport.model_validate_json(out).best is not None

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("policy.toml", "version = 2\nmin_macro_f1 = 0.98\n"),
            ("policy.json", '{"version": 2, "min_macro_f1": 0.98}'),
        ],
    )
    def test_a_policy_comes_from_toml_or_json(
        self, run: Run, tmp_path: Path, name: str, text: str
    ) -> None:
        (tmp_path / name).write_text(text, encoding="utf-8")
        code, out, _ = run(*RANK, "--policy", tmp_path / name)
        assert code == 0
        assert "6 near misses   6 × min macro f1\n" in out

    def test_the_suffix_of_the_file_decides_the_format(self, run: Run, tmp_path: Path) -> None:
        starts = {"r.html": "<!DOCTYPE html>", "r.md": "# Best: ", "r.json": "{\n", "r": "Best: "}
        for name, start in starts.items():
            assert run(*RANK, "-o", tmp_path / name) == (0, "", "")
            assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
        assert {path.name for path in tmp_path.iterdir()} == set(starts)

    def test_a_file_is_replaced_whole(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "r.md").write_text("stale " * 9999, encoding="utf-8")
        run(*RANK, "--against", "digits-knn-1", "-o", tmp_path / "r.md")
        assert "stale" not in (tmp_path / "r.md").read_text(encoding="utf-8")

    def test_json_keeps_what_a_terminal_would_act_on_escaped(
        self, run: Run, tmp_path: Path
    ) -> None:
        label = "\x9b31m\U000e0001é"
        publish(tmp_path / "a", a_metadata(label_set=[label]), a_metrics())
        _, out, _ = run("list", tmp_path, "--format", "json")
        assert json.loads(out)[0]["metadata"]["label_set"] == [label]
        assert r"\u009b31m\udb40\udc01é" in out

    @pytest.mark.parametrize(
        ("columns", "longest"), [("60", 60), ("20", 20), ("1", 20), ("0", 200), ("x", 200)]
    )
    def test_columns_say_how_wide_and_what_is_no_width_is_no_limit(
        self, columns: str, longest: int, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", columns)
        code, out, _ = run(*RANK)
        assert code == 0
        assert longest / 2 < max(map(len, out.splitlines())) <= longest


class TestSchema:
    def test_a_schema_is_printed_by_its_name(self, run: Run) -> None:
        for name in ("bundle_metrics", "bundle-metrics"):
            code, out, _ = run("schema", name)
            assert code == 0
            assert json.loads(out) == json_schemas()["bundle_metrics.schema.json"]

    def test_schemas_that_cannot_be_made_are_refused_with_the_reason(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def without_sources() -> None:
            raise RuntimeError("described by the sources")

        monkeypatch.setattr(commands, "json_schemas", without_sources)
        assert run("schema") == (2, "", "taskclf-registry: described by the sources\n")

    def test_without_a_name_the_names_are_listed(self, run: Run) -> None:
        _, out, _ = run("schema")
        assert [line.split()[0] for line in out.splitlines()] == [
            file.removesuffix(".schema.json") for file in json_schemas()
        ]

    def test_schemas_are_written_and_checked(self, run: Run, tmp_path: Path) -> None:
        assert run("schema", "--write", tmp_path / "v1") == (0, "", "")
        assert run("schema", "--check", tmp_path / "v1") == (0, "", "")
        (tmp_path / "v1" / "bundle_metrics.schema.json").write_text("{}", encoding="utf-8")
        code, out, _ = run("schema", "--check", tmp_path / "v1")
        assert code == 1
        assert "bundle_metrics.schema.json: differs" in out
        assert f"schema --write {tmp_path / 'v1'}" in out

    def test_the_command_that_is_proposed_has_the_path_in_quotes(
        self, run: Run, tmp_path: Path
    ) -> None:
        code, out, _ = run("schema", "--check", tmp_path)
        assert code == 1
        (tmp_path / "my schemas\n;x").mkdir()
        _, out, _ = run("schema", "--check", tmp_path / "my schemas\n;x")
        assert rf"--write '{tmp_path}/my schemas\n;x'" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["rnak", EXAMPLES], "there is no command 'rnak'; did you mean 'rank'?"),
        (["optimize"], "there is no command 'optimize'; there are check, show, list, "),
        (["rank", EXAMPLES, "--schema-hash", "x"], "rank needs --schema-hash and --labels"),
        ([*RANK, "--labels", "a"], "--like already gives the schema hash and the labels"),
        (["rank", EXAMPLES, "--like", f"{EXAMPLES}/digits-logistic-naive-timestamp"],
         "--like 'examples/models/digits-logistic-naive-timestamp': metadata.json validation"),
        (["rank", EXAMPLES, "--schema-hash", "x", "--labels", "a,,b"], "none empty"),
        (["rank", EXAMPLES, "--schema-hash", "x", "--labels", "a\rb"],
         "--labels 'a\\rb': new-line"),
        (["rank", EXAMPLES, "--schema-hash", "x\udcff", "--labels", "a"],
         r"--schema-hash 'x\udcff' is not UTF-8"),
        (["rank", EXAMPLES, "--schema-hash", "x", "--labels", "a,\udcff"],
         r"--labels 'a,\udcff' is not UTF-8"),
        ([*RANK, "--against", "nobody"], "--against: 'nobody' is not one of the ranked bundles"),
        ([*RANK, "--policy", "nowhere.toml"], "nowhere.toml: No such file or directory"),
        ([*RANK, "--policy", "README.md"], "--policy 'README.md': "),
        ([*RANK, "--policy", "bad.toml"], "--policy 'bad.toml': "),
        ([*RANK, "--policy", "gate.toml"], "min_samples: A gate needs policy version 2"),
        ([*RANK, "--policy", "label.toml"], "min_recall: Gate for 'Typing', which is not in"),
        ([*RANK, "-o", "nowhere/report.html"], "Cannot write: No such file or directory"),
        ([*RANK, "-o", "examples"], "examples: Cannot write: Is a directory"),
        (["rank", LIKE, "--like", LIKE], "is a bundle; use `check` for it"),
        (["list", LIKE], "is a bundle; use `check` for it"),
        (["list", "nowhere"], "'nowhere' does not exist; expected the directory that contains"),
        (["list", "examples/model"],
         "'examples/model' does not exist; did you mean 'examples/models'?"),
        (["show", f"{LIKE}1"], f"'{LIKE}1' does not exist; did you mean '{LIKE}'?"),
        (["show", "nowhere/at/all"], "'nowhere/at/all' does not exist"),
        ([*RANK, "--against", "digits-svm-10"],
         "'digits-svm-10' is not one of the ranked bundles; did you mean 'digits-svm-c10'?"),
        ([*RANK, "--against", "digits-parity-svm"],
         "'digits-parity-svm' is not one of the ranked bundles; incompatible: label_set mismatch"),
        ([*RANK, "--policy", "misspelt.toml"],
         "min_macro_f: Extra inputs are not permitted; did you mean 'min_macro_f1'?"),
        (["schema", "bundle_metric"], "no schema 'bundle_metric'; did you mean 'bundle_metrics'?"),
        (["list", "README.md"], "README.md: Not a directory"),
        (["check"], "check needs a BUNDLE"),
        (["check", "nowhere"], "'nowhere' does not exist"),
        (["check", EXAMPLES], "contains some; use `list`, or `check examples/models/*`"),
        (["check", "README.md"], "a bundle is a directory with metadata.json and metrics"),
        (["schema", "nonsense"], "no schema 'nonsense'; there are model_metadata,"),
        (["schema", "--write", "README.md"], "README.md: File exists"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_clear_line_and_exit_code_2(
    arguments: list[str], message: str, run: Run, tmp_path: Path
) -> None:
    for name, text in (
        ("bad.toml", "version = "),
        ("gate.toml", "min_samples = 10"),
        ("misspelt.toml", "version = 2\nmin_macro_f = 0.5"),
        ("label.toml", "version = 2\nmin_recall = {Typing = 0.5}"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        arguments = [str(tmp_path / name) if a == name else a for a in arguments]
        message = message.replace(f"'{name}'", repr(str(tmp_path / name)))
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1


def test_a_path_that_tries_to_act_is_printed_escaped(run: Run) -> None:
    _, _, err = run("check", "\x1b[31mno")
    assert "\x1b" not in err


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "r.md").write_text("old", encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    code, _, err = run(*RANK, "-o", tmp_path / "r.md")
    assert code == 2
    assert "Cannot write: No space left on device" in err
    assert [path.name for path in tmp_path.iterdir()] == ["r.md"]
    assert (tmp_path / "r.md").read_text(encoding="utf-8") == "old"


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make a package look as if it were not installed."""

    def hide(package: str) -> None:
        for name in [n for n in sys.modules if n.partition(".")[0] == package]:
            monkeypatch.delitem(sys.modules, name)
        for module in ("text", "layout", "html"):
            name = f"taskclf.model_registry.rendering.{module}"
            monkeypatch.delitem(sys.modules, name, raising=False)
        monkeypatch.setitem(sys.modules, package, None)

    return hide


def test_without_rich_text_is_markdown_with_one_hint(
    run: Run, without: Callable[[str], None]
) -> None:
    without("rich")
    code, out, err = run(*RANK)
    assert (code, out.partition("\n")[0]) == (0, "# Best: digits-svm-c10")
    assert err == "taskclf-registry: shown as Markdown; for aligned text: pip install rich\n"
    assert "## Decision" not in out
    assert "- 5 invalid: " in out
    assert "## Decision" in run(*RANK, "--full")[1]
    assert run(*RANK, "--format", "markdown")[2] == ""


def test_html_without_jinja2_is_refused_with_what_to_install(
    run: Run, without: Callable[[str], None]
) -> None:
    without("jinja2")
    code, out, err = run("list", EXAMPLES, "--format", "html")
    assert (code, out) == (2, "")
    assert "html needs jinja2: pip install jinja2; or use --format markdown" in err
    assert run("list", EXAMPLES, "--format", "markdown")[0] == 0


def test_the_version_is_printed(run: Run) -> None:
    assert run("--version") == (0, f"taskclf-registry {version('taskclf-model-registry')}\n", "")


def test_an_interrupt_exits_like_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "run", interrupted)
    assert run("list", EXAMPLES) == (130, "", "")


PROGRAM = [sys.executable, "-m", "taskclf.model_registry"]


def test_help_names_the_commands_and_has_examples() -> None:
    shown = subprocess.run(
        [*PROGRAM, "--help"], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    for word in ("check", "list", "rank", "schema", "examples:", "exit codes:"):
        assert word in shown.stdout


def test_the_package_runs_as_a_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", ["taskclf-registry", "check", LIKE])
    with pytest.raises(SystemExit) as caught:
        runpy.run_module("taskclf.model_registry", run_name="__main__")
    assert (caught.value.code, capsys.readouterr().out) == (0, "1 bundle is valid\n")


def test_help_does_not_wait_for_what_only_a_format_needs() -> None:
    code = (
        "import sys\nfrom taskclf.model_registry import cli\n"
        "try: cli.main(['--help'])\nexcept SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "rich" not in shown.stderr.split()
    assert "jinja2" not in shown.stderr.split()


def test_a_reader_that_has_seen_enough_does_not_change_the_outcome() -> None:
    with subprocess.Popen(
        [*PROGRAM, "list", EXAMPLES, "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_an_encoding_that_lacks_a_character_gets_ascii_and_escapes(tmp_path: Path) -> None:
    publish(tmp_path / "grün", a_metadata(), a_metrics())
    run = subprocess.run(
        [*PROGRAM, "rank", tmp_path, "--schema-hash", "4077c2e1", "--labels", "Build,Debug"],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert run.stdout.startswith(b"Best: gr\\xfcn, contradicted")
    assert re.search(rb"0\.8700 +\*? *-+", run.stdout)


def test_where_standard_output_is_closed_only_what_has_output_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["schema", "--check", "schemas/v1"]) == 0
    assert main(["list", EXAMPLES]) == 2
    with pytest.raises(SystemExit):
        main(["--version"])


@pytest.mark.parametrize(("form", "encoding"), [("json", "ascii"), ("html", "utf-8")])
def test_a_stream_is_prepared_for_the_format(
    form: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", stream)
    assert main(["list", EXAMPLES, "--format", form]) == 0
    assert stream.encoding == encoding


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8"])
def test_json_and_html_stay_what_they_are_in_every_encoding(encoding: str, tmp_path: Path) -> None:
    publish(tmp_path / "é", a_metadata(label_set=["è🧨"]), a_metrics(label_names=["è🧨", "x"]))
    command = [*PROGRAM, "rank", str(tmp_path), "--like", str(tmp_path / "é"), "--format"]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    shown = {
        form: subprocess.run([*command, form], capture_output=True, check=True, env=environment)
        for form in ("json", "html")
    }
    assert json.loads(shown["json"].stdout)["required_label_set"] == ["è🧨"]
    assert shown["json"].stdout.isascii() == (encoding != "utf-8")
    assert "<bdi>è🧨</bdi>" in shown["html"].stdout.decode("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="asks a shell to close a descriptor")
@pytest.mark.parametrize(
    ("closed", "arguments", "code", "told"),
    [
        (">&-", ["list", EXAMPLES], 2, b"taskclf-registry: Standard output is closed\n"),
        (">&-", ["list", EXAMPLES, "-o", "/dev/null"], 0, b""),
        (">&-", ["schema", "--check", "schemas/v1"], 0, b""),
        ("2>&-", ["list", EXAMPLES, "-o", "/dev/null"], 0, b""),
        ("2>&-", ["list", "nowhere"], 2, b""),
        ("2>/dev/full", ["list", "nowhere"], 2, b""),
        (">&-", ["--version"], 0, b""),
    ],
)
def test_a_closed_stream_is_no_traceback(
    closed: str, arguments: list[str], code: int, told: bytes
) -> None:
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", *PROGRAM, *arguments]
    ran = subprocess.run(command, capture_output=True, check=False, cwd=ROOT)
    assert (ran.returncode, ran.stdout, ran.stderr) == (code, b"", told)


@pytest.mark.parametrize(("closed", "code"), [(True, 0), (False, 2)])
def test_output_that_cannot_be_written_is_no_second_error_at_exit(
    closed: bool,  # noqa: FBT001
    code: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    if closed:
        reading, writing = os.pipe()
        os.close(reading)
    else:
        writing = os.open("/dev/full", os.O_WRONLY)
    with os.fdopen(writing, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert main(["list", EXAMPLES]) == code
        stream.write("what comes later goes nowhere")


def test_a_link_that_leads_to_itself_is_a_bundle_with_a_problem(run: Run, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    code, out, _ = run("check", tmp_path / "loop")
    assert code == 1
    assert "Too many levels of symbolic links" in out


def test_output_that_is_no_file_is_written_as_well(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    run("check", LIKE)
    assert stream.getvalue() == "1 bundle is valid\n"
