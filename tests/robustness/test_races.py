"""Producers that publish, replace and delete bundles while scanners read them."""

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from strategies import ORDINARY_METRICS, a_metadata, publish

from taskclf.model_registry import ModelBundle, list_bundles

SECONDS = 1.2  # A bound on the race, never an expectation.

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="a directory that is open cannot be renamed there"
)


def documents(generation: int) -> tuple[bytes, bytes]:
    """Return two documents that both carry the generation."""
    metadata = a_metadata(dataset_hash=f"generation {generation}").model_dump_json().encode()
    metrics = json.dumps(ORDINARY_METRICS | {"confusion_matrix": [[generation, 0], [0, 0]]})
    return metadata, metrics.encode()


def is_mixed(bundle: ModelBundle) -> bool:
    if bundle.metadata is None or bundle.metrics is None:
        return False
    (generation, _), _ = bundle.metrics.confusion_matrix
    return bundle.metadata.dataset_hash != f"generation {generation}"


def publish_by_rename(models: Path, generation: int) -> None:
    new = publish(models / f".new-{generation}", *documents(generation))
    old = models / f".old-{generation}"
    os.rename(models / "renamed", old)
    os.rename(new, models / "renamed")
    shutil.rmtree(old)


def publish_by_link(models: Path, generation: int) -> None:
    new = publish(models / f".linked-{generation}", *documents(generation))
    before = os.readlink(models / "linked")
    (models / ".link").symlink_to(new.name)
    os.replace(models / ".link", models / "linked")
    shutil.rmtree(models / before)


def delete_and_create(models: Path, generation: int) -> None:
    shutil.rmtree(models / "created")
    publish(models / "created", *documents(generation))


def rewrite_in_place(models: Path, generation: int) -> None:
    for name, content in zip(("metadata.json", "metrics.json"), documents(generation), strict=True):
        (models / "rewritten" / name).write_bytes(content)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    for name in ("renamed", ".linked-0", "created", "rewritten", "still"):
        publish(tmp_path / name, *documents(0))
    (tmp_path / "linked").symlink_to(".linked-0")
    return tmp_path


def race(
    models: Path, producers: list[Callable[[Path, int], None]]
) -> tuple[list[int], list[list[ModelBundle]]]:
    """Return how many generations each producer published, and every scan made meanwhile."""
    over = threading.Event()

    def produce(publish_one: Callable[[Path, int], None]) -> int:
        generation = 0
        while not over.is_set():
            generation += 1
            publish_one(models, generation)
        return generation

    def scan() -> list[list[ModelBundle]]:
        scans = []
        while not over.is_set():
            scans.append(list_bundles(models))
        return scans

    with ThreadPoolExecutor(len(producers) + 2) as pool:
        published = [pool.submit(produce, producer) for producer in producers]
        scanned = [pool.submit(scan) for _ in range(2)]
        try:
            time.sleep(SECONDS)
        finally:
            over.set()
        return [p.result() for p in published], [s for part in scanned for s in part.result()]


def test_a_bundle_published_by_rename_is_seen_old_or_new_never_mixed(models: Path) -> None:
    published, scans = race(models, [publish_by_rename, publish_by_link, delete_and_create])
    assert min(published) > 1
    seen = [bundle for scan in scans for bundle in scan]
    renamed = [bundle for bundle in seen if bundle.model_id in {"renamed", "linked"}]
    assert len({bundle.metadata.dataset_hash for bundle in renamed if bundle.metadata}) > 1
    assert not any(map(is_mixed, renamed))
    # Between two renames there may be no bundle, and a deleted one may be half gone.
    told = {problem.type for bundle in seen for problem in bundle.problems}
    assert told <= {"directory_unreadable", "document_missing", "json_invalid"}
    assert all(bundle.valid for bundle in seen if bundle.model_id == "still")


def test_rewriting_in_place_may_be_seen_half_done_but_hurts_no_other_bundle(models: Path) -> None:
    published, scans = race(models, [rewrite_in_place])
    assert min(published) > 1
    for bundle in (bundle for scan in scans for bundle in scan):
        assert bundle.valid or bundle.model_id == "rewritten"
        assert not is_mixed(bundle) or bundle.model_id == "rewritten"


@pytest.mark.parametrize("has_dir_fd", [True, False])
def test_only_an_open_directory_keeps_two_documents_together(
    models: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    *,
    has_dir_fd: bool,
) -> None:
    # The race, played by hand: the bundle is replaced between its two documents.
    if not has_dir_fd:
        request.getfixturevalue("without_dir_fd")
    real_open = os.open

    def replaced_before(path: str, flags: int, dir_fd: int | None = None) -> int:
        if os.fspath(path).endswith("metrics.json"):
            monkeypatch.setattr(os, "open", real_open)
            os.rename(models / "renamed", models / ".old")
            publish(models / "renamed", *documents(1))
        return real_open(path, flags, dir_fd=dir_fd)

    for name in ("created", "linked", "rewritten", "still"):
        os.rename(models / name, models / f".{name}")
    monkeypatch.setattr(os, "open", replaced_before)
    (bundle,) = list_bundles(models)
    assert is_mixed(bundle) is not has_dir_fd
