"""A bundle appears at once or not at all, whatever cuts its producer off."""

import errno
import itertools
import os
import random
import shutil
import signal
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from strategies import a_metadata, a_metrics

from taskclf.model_registry import BundleMetrics, ModelBundle, list_bundles, read_bundle
from taskclf.model_registry.publish import directory as directory_module
from taskclf.model_registry.publish import publish_bundle

MODEL = b"weights" * 1000


def publish(models: Path, model_id: str = "logreg", generation: int = 0) -> None:
    """Publish a bundle whose three files all carry the generation."""
    metadata = a_metadata(dataset_hash=f"generation {generation}")
    metrics = a_metrics(confusion_matrix=[[generation, 0], [0, 0]])
    with publish_bundle(models, model_id, metadata, metrics) as bundle:
        (bundle / "parts").mkdir()
        (bundle / "parts" / "model.bin").write_bytes(b"%d" % generation + MODEL)


def assert_complete(bundle: ModelBundle) -> None:
    """Fail unless the bundle is valid and its three files are of one generation."""
    assert bundle.invalid_reason is None
    assert bundle.metrics
    assert bundle.metadata
    generation = bundle.metrics.confusion_matrix[0][0]
    assert bundle.metadata.dataset_hash == f"generation {generation}"
    model = (bundle.path / "parts" / "model.bin").read_bytes()
    assert model == b"%d" % generation + MODEL


def raise_after_saving(bundle: Path, error: BaseException) -> None:
    (bundle / "model.bin").write_bytes(MODEL)
    raise error


class TestPublishing:
    def test_the_block_gets_a_hidden_directory_beside_the_bundles_with_both_documents(
        self, tmp_path: Path
    ) -> None:
        models = tmp_path / "deep" / "models"
        with publish_bundle(models, "logreg", a_metadata(), a_metrics()) as bundle:
            assert bundle.is_absolute()
            assert bundle.parent == models
            assert sorted(os.listdir(bundle)) == ["metadata.json", "metrics.json"]
            (bundle / "model.bin").write_bytes(MODEL)
            assert list_bundles(models) == []
        (found,) = list_bundles(models)
        assert (found.model_id, found.metadata, found.metrics) == (
            "logreg", a_metadata(), a_metrics(),
        )  # fmt: skip
        assert os.listdir(models) == ["logreg"]
        assert (models / "logreg" / "model.bin").read_bytes() == MODEL

    def test_a_relative_path_stays_where_it_was_when_the_block_changes_directory(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        with publish_bundle("models", "logreg", a_metadata(), a_metrics()):
            monkeypatch.chdir("/")
        assert read_bundle(tmp_path / "models" / "logreg").valid

    @pytest.mark.skipif(sys.platform == "win32", reason="permissions are others there")
    def test_a_bundle_may_be_read_by_whom_a_new_directory_may_be_read(self, tmp_path: Path) -> None:
        publish(tmp_path)
        (tmp_path / "ordinary").mkdir()
        ordinary = stat.S_IMODE((tmp_path / "ordinary").stat().st_mode)
        assert stat.S_IMODE((tmp_path / "logreg").stat().st_mode) == ordinary

    def test_a_matrix_that_is_too_large_with_a_line_for_each_cell_is_written_without(
        self, tmp_path: Path
    ) -> None:
        labels = [f"label {number}" for number in range(800)]
        metrics = BundleMetrics(
            macro_f1=0, weighted_f1=0, label_names=labels, confusion_matrix=[[0] * 800] * 800
        )
        with publish_bundle(tmp_path, "large", a_metadata(label_set=labels), metrics):
            pass
        assert read_bundle(tmp_path / "large").metrics == metrics

    @pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a privilege there")
    def test_what_links_lead_to_is_left_alone(self, tmp_path: Path) -> None:
        # To open the FIFO would never return.
        os.mkfifo(tmp_path / "fifo")
        with publish_bundle(tmp_path / "models", "a", a_metadata(), a_metrics()) as bundle:
            (bundle / "weights").symlink_to(tmp_path / "fifo")
            (bundle / "loop").symlink_to(bundle)
            os.mkfifo(bundle / "own")
        assert read_bundle(tmp_path / "models" / "a").valid


class TestBadInput:
    @pytest.mark.parametrize(
        ("model_id", "fault"),
        [
            ("", "is empty"),
            (".logreg", "starts with a dot, which hides it from readers"),
            ("..", "starts with a dot"),
            ("a/b", "contains a separator"),
            ("/a", "contains a separator"),
            ("a\\b", "contains a separator"),
            ("a\0b", "contains a separator"),
            ("caf\udce9", "is not UTF-8"),
        ],
    )
    def test_a_name_that_readers_would_not_see_is_refused(
        self, tmp_path: Path, model_id: str, fault: str
    ) -> None:
        with (
            pytest.raises(ValueError, match=fault),
            publish_bundle(tmp_path / "models", model_id, a_metadata(), a_metrics()),
        ):
            pass
        assert os.listdir(tmp_path) == []

    def test_other_labels_in_the_two_documents_are_named(self, tmp_path: Path) -> None:
        metadata = a_metadata(label_set=["Build", "Write", "a", "b", "c"])
        expected = (
            "metadata and metrics name different labels: only label_set has 'Write', 'a', 'b', "
            "and 1 more; only label_names has 'Debug'"
        )
        with (
            pytest.raises(ValueError, match=f"^{expected}$"),
            publish_bundle(tmp_path / "models", "a", metadata, a_metrics()),
        ):
            pass
        assert os.listdir(tmp_path) == []

    @pytest.mark.parametrize("make", [Path.mkdir, Path.touch, lambda p: p.symlink_to("nowhere")])
    def test_a_name_that_is_taken_is_refused_before_anything_is_written(
        self, tmp_path: Path, make: Callable[[Path], None]
    ) -> None:
        make(tmp_path / "logreg")
        with pytest.raises(FileExistsError, match="a model_id of its own") as caught:
            publish(tmp_path)
        assert caught.value.filename == str(tmp_path / "logreg")
        assert os.listdir(tmp_path) == ["logreg"]

    @pytest.mark.parametrize("make", [Path.mkdir, Path.touch, publish])
    def test_a_name_that_is_taken_during_the_block_is_refused_and_nothing_left(
        self, tmp_path: Path, make: Callable[[Path], None]
    ) -> None:
        other = tmp_path if make is publish else tmp_path / "logreg"
        with (
            pytest.raises(FileExistsError, match="a model_id of its own"),
            publish_bundle(tmp_path, "logreg", a_metadata(schema_hash="other"), a_metrics()),
        ):
            make(other)
        assert os.listdir(tmp_path) == ["logreg"]
        found = read_bundle(tmp_path / "logreg")
        assert found.metadata is None or found.metadata.schema_hash != "other"

    def test_a_file_in_place_of_the_models_directory_is_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "models").touch()
        with pytest.raises(NotADirectoryError):
            publish(tmp_path / "models")

    def test_a_name_that_is_too_long_is_an_error_before_the_model_is_saved(
        self, tmp_path: Path
    ) -> None:
        with pytest.raises(OSError, match="too long"):
            publish(tmp_path / "models", "a" * 256)
        assert os.listdir(tmp_path / "models") == []

    def test_a_document_that_is_too_large_is_an_error_before_the_model_is_saved(
        self, tmp_path: Path
    ) -> None:
        metadata = a_metadata(params={"weights": "x" * 5_000_000})
        with (
            pytest.raises(ValueError, match=r"not valid: metadata.json unreadable: .* over the"),
            publish_bundle(tmp_path, "a", metadata, a_metrics()),
        ):
            pytest.fail("The block ran.")
        assert os.listdir(tmp_path) == []

    @pytest.mark.parametrize(
        ("document", "message"),
        [
            ('{"framework": "other"}', "not valid: metrics.json validation error"),
            (
                a_metrics(label_names=["Build", "Idle"]).model_dump_json(),
                "only label_set has 'Debug'; only label_names has 'Idle'",
            ),
        ],
    )
    def test_a_model_saved_over_a_document_is_an_error_and_nothing_left(
        self, tmp_path: Path, document: str, message: str
    ) -> None:
        with (
            pytest.raises(ValueError, match=message),
            publish_bundle(tmp_path, "a", a_metadata(), a_metrics()) as bundle,
        ):
            (bundle / "metrics.json").write_text(document)
        assert os.listdir(tmp_path) == []

    @pytest.mark.parametrize("error", [RuntimeError("diverged"), KeyboardInterrupt(), SystemExit()])
    def test_an_exception_in_the_block_passes_through_and_nothing_is_left(
        self, tmp_path: Path, error: BaseException
    ) -> None:
        with (
            pytest.raises(type(error)) as caught,
            publish_bundle(tmp_path, "a", a_metadata(), a_metrics()) as bundle,
        ):
            raise_after_saving(bundle, error)
        assert caught.value is error
        assert (error.__cause__, error.__context__) == (None, None)
        assert os.listdir(tmp_path) == []

    def test_a_models_directory_that_is_lost_meanwhile_is_an_error(self, tmp_path: Path) -> None:
        with (
            pytest.raises(FileNotFoundError),
            publish_bundle(tmp_path / "models", "a", a_metadata(), a_metrics()),
        ):
            shutil.rmtree(tmp_path / "models")
        assert os.listdir(tmp_path) == []


CALLS = ("close", "fsync", "lstat", "mkdir", "open", "rename", "scandir")


@contextmanager
def before_each_call(act: Callable[[str, Any], None]) -> Iterator[None]:
    """Have `act` see the name and the first argument of each system call before it is made."""

    def spied(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(first: Any, *others: Any, **options: Any) -> Any:
            act(name, first)
            return real(first, *others, **options)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, spied(name, getattr(os, name)))
        yield


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc/self/fd what is synced")
class TestOrder:
    def test_files_are_synced_before_their_directories_and_all_before_the_rename(
        self, tmp_path: Path
    ) -> None:
        order: list[str] = []

        def remember(call: str, first: Any) -> None:
            if call == "fsync":
                order.append(os.readlink(f"/proc/self/fd/{first}").removeprefix(str(tmp_path)))
            elif call == "rename":
                order.append("rename")

        with before_each_call(remember):
            publish(tmp_path / "new" / "models")
        hidden = order[-3]
        assert order[:2] == ["", "/new"]  # In each of them a directory was made.
        assert order[-3:] == [hidden, "rename", "/new/models"]
        assert sorted(order[2:-3]) == [
            f"{hidden}/{name}"
            for name in ("metadata.json", "metrics.json", "parts", "parts/model.bin")
        ]
        assert order.index(f"{hidden}/parts/model.bin") < order.index(f"{hidden}/parts")

    def test_a_file_system_that_cannot_sync_directories_is_used_all_the_same(
        self, tmp_path: Path
    ) -> None:
        def refuse(call: str, first: Any) -> None:
            if call == "fsync" and stat.S_ISDIR(os.fstat(first).st_mode):
                raise OSError(errno.EINVAL, "injected")

        with before_each_call(refuse):
            publish(tmp_path)
        assert_complete(read_bundle(tmp_path / "logreg"))

    def test_a_system_that_cannot_sync_directories_is_not_asked_to(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(directory_module, "_HAS_DIRECTORY_SYNC", False)
        synced: list[Any] = []
        with before_each_call(
            lambda call, first: synced.append(first) if call == "fsync" else None
        ):
            publish(tmp_path)
        assert len(synced) == 3
        assert_complete(read_bundle(tmp_path / "logreg"))


class TestFaults:
    @pytest.mark.parametrize("call", CALLS)
    @pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EMFILE, errno.EACCES])
    def test_when_the_nth_call_fails_there_is_no_bundle_or_a_complete_one_and_nothing_else(
        self, tmp_path: Path, call: str, code: int
    ) -> None:
        outcomes = [
            self.publish_with_fault(tmp_path / str(nth), call, nth, code) for nth in range(40)
        ]
        failed = [nth for nth, failed in enumerate(outcomes) if failed]
        # The last call of each kind is among those that were tried.
        assert failed
        assert failed[-1] < 39

    @staticmethod
    def publish_with_fault(models: Path, call: str, nth: int, code: int) -> bool:
        calls = itertools.count()
        real_close = os.close

        def fail(name: str, first: Any) -> None:
            if name == call and next(calls) == nth:
                if name == "close":
                    real_close(first)  # As Linux does.
                raise OSError(code, "injected")

        failed = False
        try:
            with before_each_call(fail):
                publish(models)
        except (OSError, ValueError):
            failed = True
        left = os.listdir(models) if models.is_dir() else []
        assert left in ([], ["logreg"])
        if left:
            assert_complete(read_bundle(models / "logreg"))
        else:
            assert failed
        return failed

    @pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files")
    @pytest.mark.parametrize("limit", [0, 10, 500, 5000])
    def test_a_disk_that_is_full_is_an_error_and_nothing_is_left(
        self, tmp_path: Path, limit: int
    ) -> None:
        import resource  # noqa: PLC0415 - Windows has none

        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            with pytest.raises(OSError, match="too large") as caught:
                publish(tmp_path)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert caught.value.errno == errno.EFBIG
        assert os.listdir(tmp_path) == []


def in_a_child(run: Callable[[], None]) -> int:
    """Run in a forked process and return its id; it exits with 0 when done, with 1 on an error."""
    child = os.fork()
    if child == 0:
        try:
            run()
            os._exit(0)
        finally:
            os._exit(1)
    return child


def seen(models: Path) -> list[ModelBundle]:
    """Return what a reader sees, all of it complete."""
    bundles = list_bundles(models)
    for bundle in bundles:
        assert_complete(bundle)
    return bundles


def killed_at(nth: int) -> Callable[[str, Any], None]:
    calls = itertools.count()

    def kill(_: str, __: Any) -> None:
        if next(calls) == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    return kill


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
class TestKilled:
    def test_at_every_system_call_there_is_no_bundle_or_a_complete_one(
        self, tmp_path: Path
    ) -> None:
        visible = []
        for nth in itertools.count():
            models = tmp_path / str(nth)

            def publish_until_killed(models: Path = models, nth: int = nth) -> None:
                with before_each_call(killed_at(nth)):
                    publish(models)

            _, status = os.waitpid(in_a_child(publish_until_killed), 0)
            visible.append(len(seen(models)))
            if status == 0:
                break
            assert os.WTERMSIG(status) == signal.SIGKILL
            publish(models, "next")  # What is left behind is in nobody's way.
        assert len(visible) > 20
        assert visible == sorted(visible)
        assert set(visible) == {0, 1}

    def test_at_any_moment_readers_see_complete_bundles_alone(self, tmp_path: Path) -> None:
        moments = random.Random(0)  # noqa: S311 - any moments
        start = time.monotonic()
        publish(tmp_path / "as long as this takes")
        one = time.monotonic() - start
        left = published = 0
        for attempt in range(200):
            models = tmp_path / str(attempt)

            def publish_for_ever(models: Path = models) -> None:
                for generation in itertools.count():
                    publish(models, str(generation), generation)

            child = in_a_child(publish_for_ever)
            try:
                # Every other child gets one through first, however long it takes to start.
                while attempt % 2 and not seen(models):
                    pass
                end = time.monotonic() + moments.uniform(0, 3 * one)
                while time.monotonic() < end:
                    seen(models)
            finally:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
            published += len(seen(models))
            left += (
                sum(name.startswith(".") for name in os.listdir(models)) if models.exists() else 0
            )
            shutil.rmtree(models, ignore_errors=True)
        # Some were cut off in the middle, and some got through before.
        assert left
        assert published


class TestRaces:
    def test_of_producers_of_the_same_name_one_publishes_and_the_others_are_told(
        self, tmp_path: Path
    ) -> None:
        together = threading.Barrier(8)

        def produce(generation: int) -> bool:
            metadata = a_metadata(dataset_hash=f"generation {generation}")
            metrics = a_metrics(confusion_matrix=[[generation, 0], [0, 0]])
            try:
                with publish_bundle(tmp_path, "logreg", metadata, metrics) as bundle:
                    (bundle / "parts").mkdir()
                    (bundle / "parts" / "model.bin").write_bytes(b"%d" % generation + MODEL)
                    together.wait()
            except FileExistsError:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(produce, range(8)))
        assert outcomes.count(True) == 1
        (bundle,) = seen(tmp_path)
        assert bundle.metadata
        assert bundle.metadata.dataset_hash == f"generation {outcomes.index(True)}"
        assert os.listdir(tmp_path) == ["logreg"]

    def test_a_name_that_is_taken_between_the_last_look_and_the_rename_is_refused(
        self, tmp_path: Path
    ) -> None:
        publish(tmp_path, "faster", generation=1)
        real_rename = os.rename

        def be_faster(call: str, _: Any) -> None:
            if call == "rename":
                real_rename(tmp_path / "faster", tmp_path / "logreg")

        with before_each_call(be_faster), pytest.raises(FileExistsError, match="of its own"):
            publish(tmp_path, generation=2)
        (bundle,) = seen(tmp_path)
        assert bundle.metadata
        assert bundle.metadata.dataset_hash == "generation 1"
        assert os.listdir(tmp_path) == ["logreg"]

    def test_readers_see_complete_bundles_alone_while_producers_publish(
        self, tmp_path: Path
    ) -> None:
        models = tmp_path / "models"

        def produce(producer: int) -> None:
            for generation in range(20):
                publish(models, f"{producer}-{generation}", generation)

        with ThreadPoolExecutor(4) as pool:
            producers = [pool.submit(produce, producer) for producer in range(4)]
            counts = [0]
            while not all(producer.done() for producer in producers):
                counts.append(len(seen(models)))
        for producer in producers:
            producer.result()
        assert counts == sorted(counts)
        assert len(seen(models)) == 80
