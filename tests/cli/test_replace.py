import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from taskclf.model_registry.cli.replace import replace

posix = pytest.mark.skipif(sys.platform == "win32", reason="asks for what POSIX has")


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_a_new_file_is_written_in_parts(tmp_path: Path) -> None:
    replace(str(tmp_path / "r.md"), ["é", "\n", "b"])
    assert (tmp_path / "r.md").read_bytes() == "é\nb".encode()
    assert names(tmp_path) == ["r.md"]


def test_nobody_can_foretell_the_name_of_the_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = set()

    def note(temporary: str, path: str) -> None:
        seen.add(os.path.basename(temporary))
        os.rename(temporary, path)

    monkeypatch.setattr(os, "replace", note)
    for _ in range(9):
        replace(str(tmp_path / "r"), ["x"])
    assert len(seen) == 9


@posix
@pytest.mark.parametrize("mode", [0o600, 0o664, 0o444])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "r"
    path.write_text("old", encoding="utf-8")
    path.chmod(mode)
    replace(str(path), ["new"])
    assert path.read_text(encoding="utf-8") == "new"
    assert path.stat().st_mode & 0o7777 == mode


@posix
def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        replace(str(tmp_path / "r"), ["new"])
    finally:
        os.umask(before)
    assert (tmp_path / "r").stat().st_mode & 0o7777 == 0o640


@posix
def test_what_a_link_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to("file")
    replace(str(tmp_path / "link"), ["new"])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text(encoding="utf-8") == "new"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(143), OSError(28, "full")])
def test_whatever_stops_it_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, error: BaseException
) -> None:
    (tmp_path / "r").write_text("old", encoding="utf-8")

    def parts() -> Iterator[str]:
        yield "new"
        raise error

    with pytest.raises(type(error)):
        replace(str(tmp_path / "r"), parts())
    assert names(tmp_path) == ["r"]
    assert (tmp_path / "r").read_text(encoding="utf-8") == "old"


@posix
def test_a_termination_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "r").write_text("old", encoding="utf-8")

    def parts() -> Iterator[str]:
        yield "new"
        signal.raise_signal(signal.SIGTERM)
        yield "er"

    with pytest.raises(SystemExit) as stopped:
        replace(str(tmp_path / "r"), parts())
    assert stopped.value.code == 128 + signal.SIGTERM
    assert names(tmp_path) == ["r"]
    assert (tmp_path / "r").read_text(encoding="utf-8") == "old"


def test_what_a_caller_does_on_termination_stays(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        replace(str(tmp_path / "r"), ["x"])
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
    replace(str(tmp_path / "r"), ["x"])
    assert signal.getsignal(signal.SIGTERM) == before


def test_any_thread_may_write(tmp_path: Path) -> None:
    writer = threading.Thread(target=replace, args=(str(tmp_path / "r"), ["x"]))
    writer.start()
    writer.join()
    assert names(tmp_path) == ["r"]


@posix
def test_a_fifo_and_a_device_are_written_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    read: list[str] = []
    reader = threading.Thread(
        target=lambda: read.append((tmp_path / "fifo").read_text(encoding="utf-8"))
    )
    reader.start()
    replace(str(tmp_path / "fifo"), ["a", "b"])
    reader.join()
    assert read == ["ab"]
    replace("/dev/null", ["x"])
    assert (tmp_path / "fifo").is_fifo()
    with pytest.raises(OSError, match="Cannot write") as caught:
        replace("/dev/full", ["x"])
    assert caught.value.errno == errno.ENOSPC


@posix
def test_standard_output_as_a_file_is_added_to(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n", encoding="utf-8")
    code = "from taskclf.model_registry.cli.replace import replace; replace('/dev/stdout', ['x'])"
    with log.open("a", encoding="utf-8") as appended:
        subprocess.run([sys.executable, "-c", code], check=True, stdout=appended)
    assert log.read_text(encoding="utf-8") == "before\nx"
    piped = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert piped.stdout == b"x"
