import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from strategies import a_bundle, a_metadata, a_metrics, an_invalid_bundle, publish

from taskclf.model_registry import (
    ModelBundle,
    SelectionPolicy,
    SelectionReport,
    find_best_model,
    is_compatible,
    list_bundles,
    passes_constraints,
    read_bundle,
    registry,
    select_best_model,
)

POLICY = SelectionPolicy()
HASH = "4077c2e1"
LABELS = {"Build", "Debug"}


def select(models_dir: Path, schema_hash: str = HASH, labels: Any = LABELS) -> SelectionReport:
    return find_best_model(models_dir, POLICY, schema_hash, labels)


class TestListBundles:
    def test_every_subdirectory_is_a_bundle_valid_or_not_sorted_by_model_id(
        self, tmp_path: Path
    ) -> None:
        publish(tmp_path / "b", a_metadata(), a_metrics())
        publish(tmp_path / "a", None, None)
        publish(tmp_path / "C", a_metadata(), None)
        bundles = list_bundles(tmp_path)
        assert [(b.model_id, b.valid) for b in bundles] == [("C", False), ("a", False), ("b", True)]
        assert bundles == [read_bundle(tmp_path / name) for name in ("C", "a", "b")]

    def test_files_and_names_that_start_with_a_dot_are_skipped(self, tmp_path: Path) -> None:
        publish(tmp_path / ".unfinished", a_metadata(), a_metrics())
        (tmp_path / "README.md").touch()
        (tmp_path / "dangling").symlink_to("nowhere")
        assert list_bundles(tmp_path) == []

    def test_symbolic_links_are_followed(self, tmp_path: Path) -> None:
        publish(tmp_path / "store" / "x", a_metadata(), a_metrics())
        (tmp_path / "models").mkdir()
        (tmp_path / "models" / "latest").symlink_to(tmp_path / "store" / "x")
        [bundle] = list_bundles(tmp_path / "models")
        assert (bundle.model_id, bundle.valid) == ("latest", True)

    def test_a_link_to_itself_is_reported_since_nobody_can_tell_what_it_is(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "loop").symlink_to("loop")
        [bundle] = list_bundles(tmp_path)
        expected = "directory unreadable: Too many levels of symbolic links"
        assert bundle.invalid_reason == expected

    def test_a_directory_that_does_not_exist_holds_no_bundles(self, tmp_path: Path) -> None:
        assert list_bundles(tmp_path / "not_yet") == []

    def test_a_file_is_the_callers_mistake(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(NotADirectoryError):
            list_bundles(tmp_path / "file")

    def test_the_size_limit_reaches_every_bundle(self, tmp_path: Path) -> None:
        publish(tmp_path / "a", a_metadata(), a_metrics())
        [bundle] = list_bundles(tmp_path, max_document_bytes=10)
        assert [p.type for p in bundle.problems] == ["document_too_large"] * 2


class TestIsCompatible:
    @pytest.mark.parametrize("labels", [["Debug", "Build"], {"Build", "Debug"}, ("Build", "Debug")])
    def test_labels_are_compared_as_a_set(self, labels: Any) -> None:
        assert is_compatible(a_bundle(), HASH, labels)

    @pytest.mark.parametrize(
        ("schema_hash", "labels"),
        [
            ("other", LABELS),
            (HASH, {"Build"}),
            (HASH, {"Build", "Debug", "Write"}),
            (HASH, {"Build", "debug"}),
            (HASH, ()),
        ],
    )
    def test_another_hash_or_another_label_is_not_compatible(
        self, schema_hash: str, labels: Any
    ) -> None:
        assert not is_compatible(a_bundle(), schema_hash, labels)

    def test_an_invalid_bundle_is_not_compatible(self) -> None:
        assert not is_compatible(an_invalid_bundle(), HASH, LABELS)

    @pytest.mark.parametrize(
        ("schema_hash", "labels", "message"),
        [
            (HASH, "Build", r"a collection of labels such as .*, not the single str 'Build'"),
            (HASH, [1], "required_label_set should hold only str, not int"),
            (None, LABELS, "required_schema_hash should be a str, not NoneType"),
        ],
    )
    def test_a_wrong_argument_is_refused_with_what_to_pass_instead(
        self, schema_hash: Any, labels: Any, message: str, tmp_path: Path
    ) -> None:
        with pytest.raises(TypeError, match=message):
            is_compatible(a_bundle(), schema_hash, labels)
        with pytest.raises(TypeError, match=message):
            find_best_model(tmp_path, POLICY, schema_hash, labels)


def test_a_valid_bundle_passes_the_constraints_and_an_invalid_one_does_not() -> None:
    assert passes_constraints(a_bundle(), POLICY)
    assert not passes_constraints(an_invalid_bundle(), POLICY)


def test_a_bundle_below_a_gate_does_not_pass_the_constraints() -> None:
    assert passes_constraints(a_bundle(), SelectionPolicy(version=2, min_samples=100))
    assert not passes_constraints(a_bundle(), SelectionPolicy(version=2, min_samples=101))


class TestFindBestModel:
    def test_the_best_is_the_one_with_the_highest_score(self, tmp_path: Path) -> None:
        publish(tmp_path / "good", a_metadata(), a_metrics(macro_f1=0.8, weighted_f1=0.9))
        publish(tmp_path / "better", a_metadata(), a_metrics(macro_f1=0.9, weighted_f1=0.7))
        report = select(tmp_path)
        assert report.best == read_bundle(tmp_path / "better")
        assert [b.model_id for b in report.ranked] == ["better", "good"]
        assert report.excluded == []

    def test_a_directory_that_does_not_exist_has_no_best(self, tmp_path: Path) -> None:
        report = select(tmp_path / "not_yet")
        assert (report.best, report.ranked, report.excluded) == (None, [], [])

    def test_the_report_says_what_was_required(self, tmp_path: Path) -> None:
        report = select(tmp_path, labels=iter(["b", "a", "b"]))
        assert report.required_schema_hash == HASH
        assert report.required_label_set == ["a", "b"]
        assert report.policy == POLICY

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            (None, "invalid: missing metrics.json"),
            (
                {"schema_hash": "dead"},
                "incompatible: schema_hash mismatch (required '4077c2e1', found 'dead')",
            ),
            (
                {"label_set": ["Build", "Typing"]},
                "incompatible: label_set mismatch (missing 'Debug'; unexpected 'Typing')",
            ),
            (
                {"label_set": ["Build"]},
                "incompatible: label_set mismatch (missing 'Debug')",
            ),
            (
                {"label_set": ["Build", "Debug", "1", "2", "3", "4", "5"]},
                "incompatible: label_set mismatch (unexpected '1', '2', '3', and 2 more)",
            ),
            (
                {"schema_hash": "dead", "label_set": ["Build", "Debug", "x\x1b[31m"]},
                (
                    "incompatible: schema_hash mismatch (required '4077c2e1', found 'dead'); "
                    r"label_set mismatch (unexpected 'x\x1b[31m')"
                ),
            ),
        ],
    )
    def test_every_exclusion_has_a_reason(
        self, changes: dict[str, Any] | None, reason: str, tmp_path: Path
    ) -> None:
        metadata = a_metadata(**changes or {})
        publish(tmp_path / "x", metadata, None if changes is None else a_metrics())
        [record] = select(tmp_path).excluded
        assert (record.model_id, record.path) == ("x", tmp_path / "x")
        assert record.reason == reason

    def test_a_bundle_below_a_gate_is_excluded_and_another_ranked(self, tmp_path: Path) -> None:
        publish(tmp_path / "few", a_metadata(), a_metrics(confusion_matrix=[[30, 0], [3, 5]]))
        publish(tmp_path / "many", a_metadata(), a_metrics(macro_f1=0.8))
        policy = SelectionPolicy(version=2, min_precision={"Build": 0.93}, min_samples=100)
        report = find_best_model(tmp_path, policy, HASH, LABELS)
        assert [b.model_id for b in report.ranked] == ["many"]
        [record] = report.excluded
        assert record.reason == "constraint: precision['Build'] 0.909 < 0.930; samples 38 < 100"
        assert SelectionReport.model_validate_json(report.model_dump_json()) == report

    @pytest.mark.parametrize(
        ("labels", "message"),
        [
            (
                LABELS,
                (
                    "min_recall: Gate for 'Biuld', which is not in required_label_set "
                    "(it has 'Build', 'Debug'); correct the label or remove the gate"
                ),
            ),
            (
                (),
                (
                    "min_recall: Gate for 'Biuld', which is not in required_label_set "
                    "(it is empty); correct the label or remove the gate"
                ),
            ),
        ],
    )
    def test_a_gate_for_a_label_that_is_not_required_is_refused_at_once(
        self, labels: Any, message: str, tmp_path: Path
    ) -> None:
        policy = SelectionPolicy(version=2, min_recall={"Biuld": 0.9})
        (tmp_path / "file").touch()
        with pytest.raises(ValueError, match=re.escape(message)):
            find_best_model(tmp_path / "file", policy, HASH, labels)

    def test_a_long_hash_is_cut(self, tmp_path: Path) -> None:
        publish(tmp_path / "x", a_metadata(schema_hash="d" * 64), a_metrics())
        [record] = select(tmp_path).excluded
        assert "(required '4077c2e1', found 'dddddddddddd…')" in record.reason

    def test_hashes_that_start_alike_are_shown_far_enough_to_tell_them_apart(
        self, tmp_path: Path
    ) -> None:
        publish(tmp_path / "x", a_metadata(schema_hash="sha256:00000b"), a_metrics())
        [record] = select(tmp_path, "sha256:00000a").excluded
        assert "(required 'sha256:00000a', found 'sha256:00000b')" in record.reason

    def test_a_reason_stays_short_whatever_the_labels(self, tmp_path: Path) -> None:
        many = ["\u202e" * 10_000 + str(i) for i in range(100)]
        publish(tmp_path / "x", a_metadata(schema_hash="\n" * 10_000, label_set=many), a_metrics())
        [record] = select(tmp_path).excluded
        assert record.reason.isprintable()
        assert len(record.reason) < 500


bundle_contents = st.sampled_from(
    [
        (a_metadata(), a_metrics()),
        (a_metadata(), a_metrics(macro_f1=0.5)),
        (a_metadata(created_at="2026-02-26T14:34:56+02:00"), a_metrics()),
        (a_metadata(created_at="2026-02-26T12:34:57Z"), a_metrics()),
        (a_metadata(schema_hash="other"), a_metrics()),
        (a_metadata(label_set=["Build"]), a_metrics()),
        (a_metadata(), None),
        (b"{", a_metrics()),
    ]
)
trees = st.dictionaries(st.sampled_from("abcdefgh"), bundle_contents, max_size=6)


class TestSelectBestModel:
    def test_it_decides_over_bundles_at_hand_as_over_a_directory(self, tmp_path: Path) -> None:
        publish(tmp_path / "b", a_metadata(), a_metrics())
        publish(tmp_path / "a", a_metadata(), None)
        publish(tmp_path / "c", a_metadata(schema_hash="other"), a_metrics())
        bundles = list_bundles(tmp_path)
        expected = select(tmp_path)
        for some in (bundles, iter(reversed(bundles)), {b.model_id: b for b in bundles}.values()):
            assert select_best_model(some, POLICY, HASH, LABELS) == expected

    @pytest.mark.parametrize("valid", [True, False])
    def test_two_bundles_of_one_model_id_are_refused_with_both_paths(self, *, valid: bool) -> None:
        bundle = a_bundle("x") if valid else an_invalid_bundle("x")
        other = bundle.model_copy(update={"path": Path("/elsewhere/x")})
        with pytest.raises(ValueError, match="model_id 'x': '/models/x' and '/elsewhere/x'"):
            select_best_model([bundle, other], POLICY, HASH, LABELS)

    def test_wrong_arguments_are_refused_before_a_bundle_is_asked_for(self) -> None:
        asked: list[str] = []

        def bundles() -> Iterator[ModelBundle]:
            asked.append("for a bundle")
            yield a_bundle()

        with pytest.raises(TypeError, match="required_label_set"):
            select_best_model(bundles(), POLICY, HASH, "Build")
        assert asked == []


class TestLaws:
    @given(tree=trees, random=st.randoms(use_true_random=False))
    def test_the_order_of_the_directory_does_not_matter(
        self, tree: dict[str, Any], random: Any, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        models_dir = tmp_path_factory.mktemp("models")
        for name, contents in tree.items():
            publish(models_dir / name, *contents)
        report = select(models_dir).model_dump_json()
        real_scandir = os.scandir

        class Shuffled:
            def __init__(self, path: Any) -> None:
                with real_scandir(path) as entries:
                    self.entries = list(entries)
                random.shuffle(self.entries)

            def __enter__(self) -> Any:
                return self

            def __iter__(self) -> Any:
                return iter(self.entries)

            def __exit__(self, *exc_info: object) -> None:
                pass

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "scandir", Shuffled)
            assert select(models_dir).model_dump_json() == report

    @given(tree=trees)
    def test_every_bundle_is_ranked_or_excluded_and_the_report_survives_json(
        self, tree: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        models_dir = tmp_path_factory.mktemp("models")
        for name, contents in tree.items():
            publish(models_dir / name, *contents)
        report = select(models_dir)
        decided = [b.model_id for b in report.ranked] + [r.model_id for r in report.excluded]
        assert sorted(decided) == [b.model_id for b in list_bundles(models_dir)]
        assert all(is_compatible(b, HASH, LABELS) for b in report.ranked)
        assert SelectionReport.model_validate_json(report.model_dump_json()) == report

    @given(tree=trees, contents=bundle_contents)
    def test_no_bundle_changes_the_outcome_of_another(
        self, tree: dict[str, Any], contents: Any, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        models_dir = tmp_path_factory.mktemp("models")
        for name, others in tree.items():
            publish(models_dir / name, *others)
        before = select(models_dir)
        publish(models_dir / "newcomer", *contents)
        after = select(models_dir)
        assert [b for b in after.ranked if b.model_id != "newcomer"] == before.ranked
        assert [r for r in after.excluded if r.model_id != "newcomer"] == before.excluded


def test_a_scan_checks_its_decision_and_gives_every_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, macro_f1 in (("a", 0.5), ("b", 0.9)):
        publish(tmp_path / name, a_metadata(), a_metrics(macro_f1=macro_f1))
    asked = (tmp_path, SelectionPolicy(), "4077c2e1", ["Build", "Debug"])
    report = find_best_model(*asked)
    assert report == SelectionReport(**dict(report))
    assert report.model_fields_set == set(SelectionReport.model_fields)
    monkeypatch.setattr(registry, "rank", lambda bundles, _: list(bundles))
    with pytest.raises(ValidationError, match="not_in_order"):
        find_best_model(*asked)
