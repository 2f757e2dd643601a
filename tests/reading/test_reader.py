import errno
import gc
import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from strategies import a_metadata, a_metrics, publish

from taskclf.model_registry import ModelBundle, read_bundle
from taskclf.model_registry.reading.garbage import paused_collection

# Documents one by one are the conformance kit's: tests/test_conformance.py. Here are directories.
DATA = Path(__file__).parents[1] / "data" / "bundles"
PLAIN = DATA / "valid" / "plain"
INVALID = sorted(path for path in (DATA / "invalid").iterdir() if path.is_dir())


def ids(path: Path) -> str:
    return path.name


def test_a_bundle_that_satisfies_the_contract_is_valid() -> None:
    bundle = read_bundle(PLAIN)
    assert (bundle.valid, bundle.invalid_reason, bundle.problems) == (True, None, [])
    assert bundle.metadata is not None
    assert bundle.created_at == bundle.metadata.created_at


@pytest.mark.parametrize("path", INVALID, ids=ids)
def test_a_bundle_that_breaks_the_contract_tells_every_problem(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    bundle = read_bundle(path)
    assert not bundle.valid
    assert [[p.document, p.pointer, p.type] for p in bundle.problems] == expected["problems"]
    assert bundle.invalid_reason == expected["reason"]


@pytest.mark.parametrize("path", [PLAIN, *INVALID], ids=ids)
def test_a_bundle_survives_json(path: Path) -> None:
    bundle = read_bundle(path)
    assert ModelBundle.model_validate_json(bundle.model_dump_json()) == bundle


@pytest.mark.parametrize("path", [PLAIN, *INVALID], ids=ids)
def test_a_bundle_that_was_read_gave_every_field(path: Path) -> None:
    bundle = read_bundle(path)
    assert bundle.model_dump(exclude_unset=True).keys() == ModelBundle.model_fields.keys()


@pytest.mark.parametrize("path", [PLAIN, *INVALID], ids=ids)
def test_reading_leaves_no_cyclic_garbage(path: Path) -> None:
    with paused_collection():  # A scan collects nothing: whatever is left would pile up.
        read_bundle(path)
        gc.collect()
        read_bundle(path)
        assert gc.collect() == 0


def test_a_document_that_parsed_is_kept_when_the_other_did_not() -> None:
    bundle = read_bundle(DATA / "invalid" / "no_metrics")
    assert bundle.metadata is not None
    assert bundle.metrics is None


def test_integers_written_as_floats_are_read_as_integers(tmp_path: Path) -> None:
    text = a_metrics().model_dump_json().replace("[[45,2],[3,50]]", "[[45.0,2e0],[-0.0,5e1]]")
    metrics = read_bundle(publish(tmp_path / "b", a_metadata(), text.encode())).metrics
    assert metrics is not None
    cells = [cell for row in metrics.confusion_matrix for cell in row]
    assert cells == [45, 2, 0, 50]
    assert {type(cell) for cell in cells} == {int}


def test_the_model_id_is_the_directory_name_and_the_path_is_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path / "logreg", a_metadata(), a_metrics())
    monkeypatch.chdir(tmp_path)
    for spelling in ("logreg", "./logreg/", "logreg/../logreg", Path("logreg")):
        bundle = read_bundle(spelling)
        assert (bundle.model_id, bundle.path) == ("logreg", tmp_path / "logreg")


def test_documents_are_followed_through_symbolic_links(tmp_path: Path) -> None:
    real = publish(tmp_path / "cache", a_metadata(), a_metrics())
    linked = tmp_path / "logreg"
    linked.mkdir()
    for name in ("metadata.json", "metrics.json"):
        (linked / name).symlink_to(real / name)
    assert read_bundle(linked).valid


def in_place_of_metrics(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "b" / "metrics.json"
    match kind:
        case "a directory":
            path.mkdir()
        case "a FIFO":
            os.mkfifo(path)
        case "a socket":
            with socket.socket(socket.AF_UNIX) as bound:
                bound.bind(os.fspath(path))
        case "an endless device":
            path.symlink_to("/dev/zero")
        case "a link that leads nowhere":
            path.symlink_to("nowhere")
        case "a link to itself":
            path.symlink_to("metrics.json")


@pytest.mark.parametrize(
    ("kind", "code", "reason"),
    [
        ("a directory", "document_unreadable", "unreadable: Not a regular file but a directory"),
        ("a FIFO", "document_unreadable", "unreadable: Not a regular file but a FIFO"),
        ("a socket", "document_unreadable", "unreadable: Not a regular file"),
        ("an endless device", "document_unreadable",
         "unreadable: Not a regular file but a character device"),
        ("a link to itself", "document_unreadable",
         "unreadable: Too many levels of symbolic links"),
        ("a link that leads nowhere", "document_link_broken",
         "(Symbolic link to a file that does not exist)"),
    ],
)  # fmt: skip
def test_what_is_not_a_file_is_a_problem_at_once(
    kind: str, code: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path / "b", a_metadata(), None)
    monkeypatch.chdir(tmp_path)  # A socket's path has to be short.
    in_place_of_metrics(Path(), kind)
    bundle = read_bundle("b")
    assert [(p.document, p.pointer, p.type) for p in bundle.problems] == [
        ("metrics.json", "", code)
    ]
    assert bundle.invalid_reason is not None
    assert bundle.invalid_reason.endswith(reason)
    assert bundle.metadata is not None


def test_a_document_over_the_limit_tells_both_sizes_and_a_keyword_raises_the_limit(
    tmp_path: Path,
) -> None:
    padded = a_metrics().model_dump_json().encode() + b" " * 1000
    publish(tmp_path / "b", a_metadata(), padded)
    assert read_bundle(tmp_path / "b", max_document_bytes=len(padded)).valid
    bundle = read_bundle(tmp_path / "b", max_document_bytes=len(padded) - 1)
    assert [p.type for p in bundle.problems] == ["document_too_large"]
    expected = f"metrics.json unreadable: {len(padded)} bytes, over the limit of {len(padded) - 1}"
    assert bundle.invalid_reason == expected


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("gone", "directory unreadable: No such file or directory"),
        ("file", "directory unreadable: Not a directory"),
    ],
)
def test_what_is_not_a_directory_is_a_bundle_with_a_problem(
    name: str, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    bundle = read_bundle(tmp_path / name)
    assert bundle.invalid_reason == reason
    assert [(p.document, p.type) for p in bundle.problems] == [(None, "directory_unreadable")]


def test_an_exhausted_process_is_not_taken_for_a_bad_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: Any, **__: Any) -> int:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(os, "open", exhausted)
    with pytest.raises(OSError, match="Too many open files"):
        read_bundle(tmp_path)


def test_a_name_that_is_not_utf8_is_a_problem_and_does_not_break_json(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    bundle = read_bundle(publish(path, a_metadata(), a_metrics()))
    assert bundle.invalid_reason == "directory name not UTF-8"
    assert bundle.model_id == r"./caf\xe9"
    assert bundle.path == path
    again = ModelBundle.model_validate_json(bundle.model_dump_json())
    assert again.model_dump_json() == bundle.model_dump_json()
