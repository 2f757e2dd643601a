import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from taskclf.model_registry.reading.files import read_documents


@pytest.mark.usefixtures("way")
class TestBothWays:
    def test_each_document_is_its_bytes_or_its_own_error(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"\x00\r\n\x1a text")
        (tmp_path / "d").mkdir()
        (tmp_path / "l").symlink_to("nowhere")
        contents = read_documents(tmp_path, ("a", "b", "d", "l"), 100)
        assert contents.pop("a") == b"\x00\r\n\x1a text"
        codes = {name: error.errno for name, error in contents.items()}  # type: ignore[union-attr]
        assert codes == {"b": errno.ENOENT, "d": errno.EINVAL, "l": errno.ENOLINK}

    def test_a_directory_that_cannot_be_opened_is_an_error_of_its_own(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            read_documents(tmp_path / "gone", ("a",), 100)
        (tmp_path / "file").touch()
        with pytest.raises(NotADirectoryError):
            read_documents(tmp_path / "file", ("a",), 100)


def test_a_file_that_grows_while_it_is_read_is_read_whole_up_to_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"x" * 10)
    real_fstat = os.fstat

    def before_it_grew(fd: int) -> os.stat_result:
        fields = list(real_fstat(fd))
        fields[6] = 4
        return os.stat_result(fields)

    monkeypatch.setattr(os, "fstat", before_it_grew)
    assert read_documents(tmp_path, ("a",), 10) == {"a": b"x" * 10}
    error = read_documents(tmp_path, ("a",), 9)["a"]
    assert isinstance(error, OSError)
    assert (error.errno, error.strerror) == (errno.EFBIG, "10 bytes or more, over the limit of 9")


def test_a_file_system_that_answers_in_parts_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    real_read = os.read
    monkeypatch.setattr(os, "read", lambda fd, size: real_read(fd, min(size, 3)))
    assert read_documents(tmp_path, ("a",), 10) == {"a": b"0123456789"}


def test_an_ordinary_document_is_read_in_one_call_and_a_growing_one_in_growing_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    real_read = os.read

    def read(fd: int, size: int) -> bytes:
        asked.append(size)
        return real_read(fd, size)

    monkeypatch.setattr(os, "read", read)
    (tmp_path / "a").write_bytes(b"x" * 3_000_000)
    read_documents(tmp_path, ("a",), 4_000_000)
    assert asked == [3_000_001]
    asked.clear()
    monkeypatch.setattr(os, "fstat", lambda _: os.stat_result([stat.S_IFREG, *[0] * 9]))
    assert read_documents(tmp_path, ("a",), 4_000_000) == {"a": b"x" * 3_000_000}
    assert asked[:4] == [1, 64 * 1024, 128 * 1024, 256 * 1024]
    assert len(asked) < 10


def test_no_memory_for_a_read_is_the_error_of_that_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").touch()

    def refused(*_: object) -> bytes:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(os, "read", refused)
    error = read_documents(tmp_path, ("a",), 10)["a"]
    assert isinstance(error, OSError)
    assert error.errno == errno.ENOMEM


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE, errno.ENOMEM])
def test_an_exhausted_process_is_not_taken_for_a_bad_document(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").touch()
    real_open = os.open

    def exhausted(path: Any, *args: Any, **kwargs: Any) -> int:
        if path == "a":
            raise OSError(code, os.strerror(code))
        return real_open(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", exhausted)
    with pytest.raises(OSError, match=os.strerror(code)):
        read_documents(tmp_path, ("a",), 10)


def test_a_document_that_vanishes_in_between_is_just_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsure(*_: Any, **__: Any) -> os.stat_result:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "lstat", unsure)
    error = read_documents(tmp_path, ("a",), 10)["a"]
    assert isinstance(error, FileNotFoundError)
