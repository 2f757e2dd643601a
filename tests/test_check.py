"""What is doubtful about a bundle is told beside what is wrong with it, and never mixed with it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from strategies import a_metadata, a_metrics, publish

from taskclf.model_registry import BundleMetrics, ModelBundle, ModelMetadata, read_bundle
from taskclf.model_registry.check import CheckedBundle, check_bundle
from taskclf.model_registry.evidence import evidence_from
from taskclf.model_registry.publish import metrics_from_confusion_matrix

CONSISTENT = metrics_from_confusion_matrix(["Build", "Debug"], [[45, 2], [3, 50]])


def with_keys(document: ModelMetadata | BundleMetrics, **keys: Any) -> bytes:
    return json.dumps(document.model_dump(mode="json") | keys).encode()


def without(document: bytes, key: str) -> bytes:
    return json.dumps({k: v for k, v in json.loads(document).items() if k != key}).encode()


def found(bundle: CheckedBundle) -> list[tuple[str | None, str, str]]:
    return [(w.document, w.pointer, w.type) for w in bundle.warnings]


@pytest.fixture(params=["left out", "null"])
def metadata(request: pytest.FixtureRequest) -> bytes:
    """A sound document without a value for any optional key."""
    return a_metadata().model_dump_json(exclude_defaults=request.param == "left out").encode()


def test_a_sound_bundle_has_no_warnings_and_is_the_one_that_reading_gives(tmp_path: Path) -> None:
    bundle = publish(tmp_path / "b", a_metadata(), CONSISTENT)
    checked = check_bundle(bundle)
    assert (checked.warnings, checked.exclusion) == ([], None)
    assert ModelBundle(**{k: getattr(checked, k) for k in ModelBundle.model_fields}) == (
        read_bundle(bundle)
    )
    assert CheckedBundle.model_validate_json(checked.model_dump_json()) == checked


def test_what_the_matrix_contradicts_is_a_warning_and_the_bundle_stays_valid(
    tmp_path: Path,
) -> None:
    metrics = a_metrics(macro_f1=0.5, weighted_f1=0.5, label_names=["Build", "Idle"])
    checked = check_bundle(publish(tmp_path / "b", a_metadata(), metrics))
    assert (checked.valid, checked.problems) == (True, [])
    assert found(checked) == [
        ("metrics.json", "/macro_f1", "macro_f1_inconsistent"),
        ("metrics.json", "/weighted_f1", "weighted_f1_inconsistent"),
        ("metrics.json", "/label_names", "label_names_inconsistent"),
    ]
    assert f"{evidence_from(metrics).macro_f1:.5f}" in checked.warnings[0].message


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("reject_treshold", "reject_threshold"),
        ("rejectThreshold", "reject_threshold"),
        ("REJECT-THRESHOLD", "reject_threshold"),
        ("data_provenence", "data_provenance"),
        ("unknown_category_threshold", "unknown_category_freq_threshold"),
    ],
)
def test_a_key_that_is_nearly_one_of_the_contract_is_a_warning_that_names_it(
    tmp_path: Path, metadata: bytes, key: str, meant: str
) -> None:
    document = json.dumps(json.loads(metadata) | {key: 0.5}).encode()
    checked = check_bundle(publish(tmp_path / "b", document, CONSISTENT))
    assert checked.valid
    assert found(checked) == [("metadata.json", f"/{key}", "misspelt_key")]
    assert checked.warnings[0].message.endswith(f"; is it {meant}?")


def test_a_required_key_that_is_misspelt_is_both_a_problem_and_a_warning(tmp_path: Path) -> None:
    document = without(with_keys(CONSISTENT, label_name=["Build", "Debug"]), "label_names")
    checked = check_bundle(publish(tmp_path / "b", a_metadata(), document))
    assert [(p.pointer, p.type) for p in checked.problems] == [("/label_names", "missing")]
    assert found(checked) == [("metrics.json", "/label_name", "misspelt_key")]


@pytest.mark.parametrize("key", ["model_file", "notes", "threshold", "macro_f1_by_fold", ""])
def test_another_unknown_key_is_none_of_our_business(
    tmp_path: Path, metadata: bytes, key: str
) -> None:
    document = json.dumps(json.loads(metadata) | {key: 0.5}).encode()
    assert check_bundle(publish(tmp_path / "b", document, CONSISTENT)).warnings == []


def test_a_key_is_not_misspelt_if_the_right_one_is_there_too(tmp_path: Path) -> None:
    document = with_keys(a_metadata(reject_threshold=0.5), reject_thresholds=[0.5, 0.6])
    assert check_bundle(publish(tmp_path / "b", document, CONSISTENT)).warnings == []


@pytest.mark.parametrize(
    "document", [None, b"[]", b"null", b'["reject_treshold"]', b'{"reject_treshold": ', b"\xff"]
)
def test_a_document_without_keys_has_no_misspelt_ones(
    tmp_path: Path, document: bytes | None
) -> None:
    checked = check_bundle(publish(tmp_path / "b", document, CONSISTENT))
    assert (checked.valid, checked.warnings) == (False, [])


def test_a_byte_order_mark_hides_no_key(tmp_path: Path, metadata: bytes) -> None:
    document = "\ufeff".encode() + metadata.replace(b"{", b'{"reject_treshold": 1,', 1)
    checked = check_bundle(publish(tmp_path / "b", document, CONSISTENT))
    assert found(checked) == [("metadata.json", "/reject_treshold", "misspelt_key")]


def test_hostile_keys_are_printable_and_few_are_compared(tmp_path: Path, metadata: bytes) -> None:
    keys = {f"reject_thresh\x1b{number}": 0 for number in range(100_000)}
    keys["reject_threshold" * 10_000] = 0
    document = json.dumps(json.loads(metadata) | keys).encode()
    checked = check_bundle(publish(tmp_path / "b", document, CONSISTENT))
    assert 0 < len(checked.warnings) <= 200
    assert all(warning.pointer.isprintable() for warning in checked.warnings)


def test_a_directory_that_is_not_there_is_a_problem_and_no_warning(tmp_path: Path) -> None:
    checked = check_bundle(tmp_path / "absent", now=datetime.now(UTC))
    assert [problem.type for problem in checked.problems] == ["directory_unreadable"]
    assert checked.warnings == []


def test_an_instant_in_the_future_is_a_warning_only_if_a_clock_is_handed_in(tmp_path: Path) -> None:
    bundle = publish(tmp_path / "b", a_metadata(), CONSISTENT)
    made = a_metadata().created_at
    expected = [("metadata.json", "/created_at", "created_in_future")]
    assert found(check_bundle(bundle)) == []
    assert found(check_bundle(bundle, now=made)) == []
    assert found(check_bundle(bundle, now=made - timedelta(microseconds=1))) == expected
    with pytest.raises(TypeError):
        check_bundle(bundle, now=made.replace(tzinfo=None))


def test_the_limit_of_a_document_is_the_one_that_is_given(tmp_path: Path) -> None:
    bundle = publish(tmp_path / "b", a_metadata(), CONSISTENT)
    checked = check_bundle(bundle, max_document_bytes=10)
    assert {problem.type for problem in checked.problems} == {"document_too_large"}
