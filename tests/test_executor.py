import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from strategies import a_metadata, a_metrics, publish

from taskclf.model_registry import (
    ExclusionRecord,
    SelectionPolicy,
    find_best_model,
    list_bundles,
)
from taskclf.model_registry.reading import reader

MAKERS: dict[str, Callable[[], Executor]] = {
    "threads": lambda: ThreadPoolExecutor(4),
    "processes": lambda: ProcessPoolExecutor(2, mp_context=get_context("spawn")),
}


@pytest.fixture(params=MAKERS, scope="module")
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    with MAKERS[request.param]() as made:
        yield made


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    for i in range(100):
        good = i % 3
        publish(
            tmp_path / f"m{i * 7919 % 100:02}",
            a_metadata() if good else b"{",
            a_metrics(macro_f1=i / 100) if i % 5 else None,
        )
    return tmp_path


def test_the_outcome_is_the_same_as_without(executor: Executor, models_dir: Path) -> None:
    assert list_bundles(models_dir, executor=executor) == list_bundles(models_dir)
    asked = (models_dir, SelectionPolicy(), "4077c2e1", {"Build", "Debug"})
    report = find_best_model(*asked, executor=executor)
    assert report.model_dump_json() == find_best_model(*asked).model_dump_json()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_bundles_than_workers_are_no_special_case(
    count: int, executor: Executor, tmp_path: Path
) -> None:
    for i in range(count):
        publish(tmp_path / str(i), a_metadata(), a_metrics())
    assert [b.model_id for b in list_bundles(tmp_path, executor=executor)] == ["0", "1"][:count]


def test_the_size_limit_reaches_the_workers(executor: Executor, models_dir: Path) -> None:
    bundles = list_bundles(models_dir, executor=executor, max_document_bytes=0)
    assert {p.type for b in bundles for p in b.problems} == {
        "document_too_large",
        "document_missing",
    }


def test_an_executor_that_is_shut_down_raises_its_own_error(models_dir: Path) -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.raises(RuntimeError, match="cannot schedule new futures after shutdown"):
        list_bundles(models_dir, executor=executor)


def test_workers_that_cannot_import_the_package_raise_the_error_of_their_executor(
    models_dir: Path,
) -> None:
    hide = "import sys; sys.modules['taskclf.model_registry'] = None"
    with (
        ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=exec, initargs=(hide,)
        ) as executor,
        pytest.raises(BrokenProcessPool),
    ):
        list_bundles(models_dir, executor=executor)


class Recording(ThreadPoolExecutor):
    """Threads that remember what they were given."""

    def __init__(self) -> None:
        super().__init__(1)
        self.futures: list[Future[Any]] = []
        self.chunks: list[list[str]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.chunks.append(args[0])
        self.futures.append(super().submit(fn, *args, **kwargs))
        return self.futures[-1]


def test_work_is_sent_in_chunks(models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Recording() as executor:
        list_bundles(models_dir, executor=executor)
    assert [len(chunk) for chunk in executor.chunks] == [2] * 50
    monkeypatch.setattr(reader, "_CHUNKS", 3)
    monkeypatch.setattr(reader, "_CHUNK_SIZE", 30)
    with Recording() as executor:
        list_bundles(models_dir, executor=executor)
    assert [len(chunk) for chunk in executor.chunks] == [30, 30, 30, 10]


def test_of_bundles_that_are_not_eligible_only_the_records_travel_back(models_dir: Path) -> None:
    with Recording() as executor:
        report = find_best_model(
            models_dir, SelectionPolicy(), "4077c2e1", {"Build", "Debug"}, executor=executor
        )
        nothing = find_best_model(models_dir, SelectionPolicy(), "x", ["y"], executor=executor)
    travelled = [bundle for future in executor.futures for bundle in future.result()[0]]
    assert len(travelled) == len(report.ranked) > 0
    assert len(nothing.excluded) == 100
    records = [record for future in executor.futures for record in future.result()[1]]
    assert {type(record) for record in records} == {ExclusionRecord}


def test_a_worker_that_fails_raises_and_what_has_not_started_never_does(
    models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised = Event()
    opened: list[Any] = []

    def exhausted(path: Any, *_: Any, **__: Any) -> int:
        opened.append(path)
        if len(opened) > 1:
            raised.wait(60)
        raise OSError(24, os.strerror(24))

    monkeypatch.setattr(os, "open", exhausted)
    with Recording() as executor:
        with pytest.raises(OSError, match="Too many open files"):
            list_bundles(models_dir, executor=executor)
        raised.set()
    # The chunk that failed, and the one that ran by the time the failure was seen.
    assert sum(not future.cancelled() for future in executor.futures) <= 2
