"""What stands where a bundle or a document should be, who may read it, and how it is called."""

import json
import os
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from strategies import a_metadata, a_metrics, publish

from taskclf.model_registry import (
    ModelBundle,
    SelectionPolicy,
    SelectionReport,
    find_best_model,
    list_bundles,
    read_bundle,
)

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="files that only Linux has so"),
    pytest.mark.usefixtures("way"),
]

AS_ROOT = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root may make or become this"
)


def a_socket(path: Path) -> None:
    parent = os.open(path.parent, os.O_PATH)  # The path of a socket has to be short.
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(f"/proc/self/fd/{parent}/{path.name}")
    os.close(parent)


def a_loop(path: Path) -> None:
    other = path.with_name(".other")
    path.symlink_to(other)
    other.symlink_to(path)


def a_device(kind: int) -> Callable[[Path], None]:
    # Numbers that no driver has: opened, they would answer ENXIO.
    return lambda path: os.mknod(path, kind | 0o600, os.makedev(240, 77))


KINDS: dict[str, Callable[[Path], object]] = {
    "a file": Path.touch,
    "a FIFO": os.mkfifo,
    "a socket": a_socket,
    "a loop of links": a_loop,
    "a link to nowhere": lambda path: path.symlink_to("nowhere"),
    "a link to a terminal": lambda path: path.symlink_to("/dev/ptmx"),
    "a link to an endless device": lambda path: path.symlink_to("/dev/zero"),
    "a link to a file of the kernel": lambda path: path.symlink_to("/proc/self/mem"),
    "a link to itself as a directory": lambda path: path.symlink_to("."),
}
DEVICES: dict[str, Callable[[Path], object]] = {
    "a character device": a_device(stat.S_IFCHR),
    "a block device": a_device(stat.S_IFBLK),
}
ALL_KINDS = [*KINDS, *(pytest.param(name, marks=AS_ROOT) for name in DEVICES)]


def make(kind: str, path: Path) -> None:
    try:
        (KINDS | DEVICES)[kind](path)
    except PermissionError:
        pytest.skip(f"{kind} cannot be made here")


@pytest.mark.parametrize("kind", ALL_KINDS)
@pytest.mark.parametrize("document", ["metadata.json", "metrics.json"])
def test_whatever_stands_for_a_document_is_a_problem_of_that_document(
    tmp_path: Path, kind: str, document: str
) -> None:
    publish(tmp_path / "b", a_metadata(), a_metrics())
    (tmp_path / "b" / document).unlink()
    make(kind, tmp_path / "b" / document)
    bundle = read_bundle(tmp_path / "b")
    assert [problem.document for problem in bundle.problems] == [document]


def files_of_the_kernel() -> Iterator[Path]:
    for root in ("/proc/sys", "/sys/kernel"):
        for above, below, names in os.walk(root):
            # To read two of these has effects; of the third there are thousands, all alike.
            below[:] = [name for name in below if name not in {"debug", "tracing", "slab"}]
            yield from (Path(above, name) for name in names)


def test_no_file_of_the_kernel_behind_a_link_stops_a_scan(tmp_path: Path) -> None:
    publish(tmp_path / "b", None, a_metrics())
    publish(tmp_path / "c", a_metadata(), a_metrics())
    link = tmp_path / "b" / "metadata.json"
    swept = 0
    for target in files_of_the_kernel():
        link.symlink_to(target)
        bad, good = list_bundles(tmp_path)
        assert good.valid
        assert [problem.document for problem in bad.problems][:1] == ["metadata.json"], target
        link.unlink()
        swept += 1
    assert swept > 100


@pytest.mark.parametrize("kind", [k for k in ALL_KINDS if k != "a link to itself as a directory"])
def test_whatever_stands_for_a_bundle_is_an_unreadable_directory(tmp_path: Path, kind: str) -> None:
    make(kind, tmp_path / "b")
    bundle = read_bundle(tmp_path / "b")
    assert [problem.type for problem in bundle.problems] == ["directory_unreadable"]
    assert list_bundles(tmp_path) in ([], [bundle])  # A link that loops is listed, to say why.


def test_a_directory_reached_through_a_chain_of_links_is_a_bundle(tmp_path: Path) -> None:
    publish(tmp_path / ".0", a_metadata(), a_metrics())
    for number in range(1, 30):
        (tmp_path / f".{number}").symlink_to(f".{number - 1}")
    (tmp_path / "b").symlink_to(".29")
    assert [bundle.valid for bundle in list_bundles(tmp_path)] == [True]


def as_nobody(do: Callable[[], None]) -> int:
    """Run it without any privilege, in a child; return the child's exit status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
            do()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.fixture
def open_to_all(tmp_path: Path) -> Path:
    # The directories above belong to the user that runs the tests.
    for above in (tmp_path, *tmp_path.parents[:2]):
        above.chmod(0o755)
    models = tmp_path / "models"
    for name in ("allowed", "denied"):
        publish(models / name, a_metadata(), a_metrics())
    return models


DENIED = {
    "no document": ("denied/metrics.json", 0o000, "metrics.json unreadable: Permission denied"),
    "a directory without search": (
        "denied",
        0o444,
        "metadata.json unreadable: Permission denied; metrics.json unreadable: Permission denied",
    ),
}


@AS_ROOT
@pytest.mark.parametrize("case", DENIED)
def test_what_may_not_be_read_is_a_problem_of_its_bundle(open_to_all: Path, case: str) -> None:
    path, mode, reason = DENIED[case]
    (open_to_all / path).chmod(mode)

    def check() -> None:
        allowed, denied = list_bundles(open_to_all)
        assert allowed.valid
        assert denied.invalid_reason == reason

    assert as_nobody(check) == 0


@AS_ROOT
def test_models_that_may_not_be_listed_are_an_error(open_to_all: Path) -> None:
    open_to_all.chmod(0o711)

    def check() -> None:
        with pytest.raises(PermissionError):
            list_bundles(open_to_all)

    assert as_nobody(check) == 0


NAMES = [
    b"caf\xe9",
    b"two\nlines",
    b"carriage\rreturn",
    b"\x1b[2J\x1b]0;title\x07",
    "right\u202etfel".encode(),
    "zero\u200bwidth\ufeff".encode(),
    "line\u2028paragraph\u2029".encode(),
    b"<script>alert(1)<",
    b"quote'and\"quote",
    b"back\\slash",
    b" ",
    b"\xed\xa0\x80",
    b"n" * 255,
]


def test_no_name_of_a_bundle_breaks_a_reason_a_repr_or_json(tmp_path: Path) -> None:
    for name in NAMES:
        publish(Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)), b"{", None)
    report = find_best_model(tmp_path, SelectionPolicy(), "4077c2e1", {"Build"})
    assert len(report.excluded) == len(NAMES)
    for record in report.excluded:
        assert record.reason.isprintable()
    for shown in (repr(report), *map(repr, list_bundles(tmp_path))):
        assert shown.isprintable()
    text = report.model_dump_json()
    assert SelectionReport.model_validate_json(text).model_dump_json() == text
    assert len({record["model_id"] for record in json.loads(text)["excluded"]}) == len(NAMES)


SECRET = "hunter2-S3CRET"  # noqa: S105 - what must never show
SHAPES = [
    "{secret}",
    '"{secret}"',
    "root:{secret}:0:0::/root:/bin/sh\n",
    "password={secret}",
    '["{secret}"]',
    "{{{secret}",
    '{{"macro_f1": "{secret}"}}',
    (
        '{{"macro_f1": ["{secret}"], "weighted_f1": {{"a": "{secret}"}}, '
        '"label_names": "{secret}", "confusion_matrix": [["{secret}"]]}}'
    ),
    (
        '{{"label_names": ["{secret}", "{secret}"], "confusion_matrix": [[1]], "macro_f1": 2, '
        '"weighted_f1": 0}}'
    ),
    '{{"token": "{secret}", "macro_f1": NaN}}',
    '{{"token": "{secret}", "macro_f1": 1, "macro_f1": "{secret}"}}',
    '{{"token": "{secret}", ',
    '{{"token": {secret}}}',
    "\x00{secret}\x00",
    "\ufeff{secret}",
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("padding", [0, 70_000])
def test_a_secret_behind_a_link_never_shows(tmp_path: Path, shape: str, padding: int) -> None:
    target = tmp_path / "secret"
    target.write_text(shape.format(secret=SECRET) + " " * padding, encoding="utf-8")
    models = tmp_path / "models"
    publish(models / "b", a_metadata(), None)
    (models / "b" / "metrics.json").symlink_to(target)
    bundle: ModelBundle
    (bundle,) = list_bundles(models)
    assert not bundle.valid
    report = find_best_model(models, SelectionPolicy(), "4077c2e1", {"Build"})
    for shown in (repr(bundle), bundle.model_dump_json(), repr(report), report.model_dump_json()):
        assert SECRET[:6] not in shown
