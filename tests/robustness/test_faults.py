"""The Nth system call fails: at most one bundle is hurt, and no descriptor is left open."""

import errno
import itertools
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from taskclf.model_registry import list_bundles

VALID = min((Path(__file__).parents[1] / "data/bundles/valid").iterdir())
OF_A_BUNDLE = ("EIO", "EACCES", "ENOENT", "ESTALE", "ELOOP", "EINTR", "ENOTDIR", "EPERM", "ENXIO")
OF_THE_PROCESS = ("EMFILE", "ENFILE", "ENOMEM")

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="counts descriptors in /proc/self/fd"
)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    for name in ("a", "b", "c"):
        shutil.copytree(VALID, tmp_path / name)
    return tmp_path


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


class Failing:
    """A system call whose Nth use fails; `close` closes first, as Linux does."""

    def __init__(self, call: Callable[..., Any], nth: int, error: BaseException) -> None:
        self.call, self.left, self.error = call, nth, error

    def __call__(self, *args: Any, **options: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            if self.call.__name__ == "close":
                self.call(*args, **options)
            raise self.error
        return self.call(*args, **options)


def scan(models: Path, call: str, nth: int, error: BaseException) -> list[bool] | BaseException:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, call, Failing(getattr(os, call), nth, error))
        try:
            return [bundle.valid for bundle in list_bundles(models)]
        except (OSError, KeyboardInterrupt) as raised:
            return raised


# Three bundles of two documents: 9 opens and closes, 6 fstats and reads.
CALLS = {"open": 9, "close": 9, "fstat": 6, "read": 6}


@pytest.mark.parametrize(
    ("call", "name"),
    [
        *itertools.product(CALLS, OF_A_BUNDLE),
        *itertools.product(("fstat", "read"), OF_THE_PROCESS),  # Which only opening says of it.
    ],
)
def test_a_failing_call_hurts_the_bundle_concerned_alone(
    models: Path, call: str, name: str
) -> None:
    before = descriptors()
    for nth in range(1, CALLS[call] + 1):
        verdicts = scan(models, call, nth, OSError(getattr(errno, name), "injected"))
        assert isinstance(verdicts, list)
        assert sorted(verdicts) == [False, True, True]
    assert scan(models, call, CALLS[call] + 1, OSError(errno.EIO, "")) == [True] * 3
    assert descriptors() == before


@pytest.mark.parametrize("name", OF_THE_PROCESS)
def test_exhausted_resources_are_raised(models: Path, name: str) -> None:
    before = descriptors()
    for nth in range(1, CALLS["open"] + 1):
        error = OSError(getattr(errno, name), "injected")
        assert scan(models, "open", nth, error) is error
    assert descriptors() == before


@pytest.mark.parametrize("call", ["fstat", "read"])
def test_an_interrupt_passes_through_and_leaves_no_descriptor(models: Path, call: str) -> None:
    before = descriptors()
    for nth in range(1, CALLS[call] + 1):
        error = KeyboardInterrupt()
        assert scan(models, call, nth, error) is error
    assert descriptors() == before


@pytest.mark.parametrize("name", [*OF_THE_PROCESS, "EIO", "EACCES", "ESTALE"])
def test_models_that_cannot_be_listed_are_an_error(models: Path, name: str) -> None:
    error = OSError(getattr(errno, name), "injected")
    assert scan(models, "scandir", 1, error) is error


def test_a_broken_link_whose_kind_cannot_be_asked_is_a_missing_document(models: Path) -> None:
    (models / "a/metrics.json").unlink()
    (models / "a/metrics.json").symlink_to("nowhere")
    assert scan(models, "lstat", 1, OSError(errno.EIO, "injected")) == [False, True, True]


@pytest.mark.usefixtures("without_dir_fd")
def test_by_path_a_failing_call_hurts_the_bundle_concerned_alone(models: Path) -> None:
    for call in ("open", "close", "fstat", "read"):
        for nth in range(1, 7):
            verdicts = scan(models, call, nth, OSError(errno.EIO, "injected"))
            assert isinstance(verdicts, list)
            assert sorted(verdicts) == [False, True, True]
