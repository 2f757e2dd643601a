"""The memory that a hostile document of the largest size costs, each in a process of its own."""

import json
import os
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from strategies import publish

from taskclf.model_registry.check import check_bundle
from taskclf.model_registry.cli import main
from taskclf.model_registry.reading.files import MAX_DOCUMENT_BYTES

# A process that has imported the package holds some 40 MiB before; 512 MiB is the promise for both.
CEILING = (512 - 40) * 1024 * 1024

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="forks, and asks /proc for the peak of memory"
)

VALID = min((Path(__file__).parents[1] / "data/bundles/valid").iterdir())
METADATA = (VALID / "metadata.json").read_bytes().strip()
METRICS = (VALID / "metrics.json").read_bytes().strip()
DOCUMENTS = {"metadata.json": METADATA, "metrics.json": METRICS}

Case = Callable[[], tuple[str, bytes]]
SIZE = MAX_DOCUMENT_BYTES - 10


def flood(start: bytes, item: bytes, end: bytes) -> bytes:
    room = MAX_DOCUMENT_BYTES - len(start) - len(end) - len(item)
    return start + (item + b",") * (room // (len(item) + 1)) + item + end


def _document(item: bytes) -> tuple[str, bytes]:
    return "metrics.json", flood(b"[", item, b"]")


def _unknown(item: bytes) -> tuple[str, bytes]:
    return "metadata.json", flood(b'{"z":[', item, b"]}")


def _as_field(item: bytes, field: str, start: bytes, end: bytes) -> tuple[str, bytes]:
    document = FIELDS[field]
    others = {key: value for key, value in json.loads(DOCUMENTS[document]).items() if key != field}
    before = json.dumps(others).encode()[:-1] + b',"' + field.encode() + b'":'
    return document, flood(before + start, item, end + b"}")


ITEMS = {
    "empty lists": b"[]",
    "empty objects": b"{}",
    "zeros": b"0",
    "nested lists": b"[[[[]]]]",
    "small objects": b'{"a":0}',
    "escapes": rb'"\u0000"',
    "deep lists": b"[" * 190 + b"]" * 190,
}
FIELDS = {
    "confusion_matrix": "metrics.json",
    "label_set": "metadata.json",
    "params": "metadata.json",
    "created_at": "metadata.json",
}
PLACES = {"": (b"[", b"]"), "in a list ": (b"[[", b"]]"), "in an object ": (b'{"z":[', b"]}")}

# Made one at a time: a child starts with the memory of its parent.
CASES: dict[str, Case] = {
    "one huge key": lambda: ("metadata.json", b'{"' + b"x" * SIZE + b'":0}'),
    "one huge string": lambda: ("metrics.json", b'"' + b"x" * SIZE + b'"'),
    "one huge number": lambda: ("metrics.json", b"1" * SIZE),
    "lists that never close": lambda: ("metrics.json", b"[" * SIZE),
    "zero bytes": lambda: ("metrics.json", bytes(SIZE)),
    "many keys": lambda: (
        "metadata.json",
        b"{" + b",".join(b'"%06x":0' % number for number in range(SIZE // 12)) + b"}",
    ),
    "deep lists under a key given twice": lambda: (
        "metrics.json",
        flood(METRICS[:-1] + b',"macro_f1":0,"z":[', ITEMS["deep lists"], b"]}"),
    ),
    "many keys as params": lambda: (
        "metadata.json",
        METADATA[:-1]
        + b',"params":{'
        + b",".join(b'"%06x":[]' % number for number in range(SIZE // 14))
        + b"}}",
    ),
}
for _name, _item in ITEMS.items():
    CASES[f"{_name} as a document"] = partial(_document, _item)
    CASES[f"{_name} under an unknown key"] = partial(_unknown, _item)
    CASES[f"{_name} in an object as params"] = partial(
        _as_field, _item, "params", *PLACES["in an object "]
    )
    for _field in FIELDS:
        CASES[f"{_name} as {_field}"] = partial(_as_field, _item, _field, *PLACES[""])
for _field in ("confusion_matrix", "label_set"):
    for _place in ("in a list ", "in an object "):
        CASES[f"deep lists {_place}as {_field}"] = partial(
            _as_field, ITEMS["deep lists"], _field, *PLACES[_place]
        )


def most_memory() -> int:
    """Return the peak memory of this process in bytes."""
    match = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert match is not None
    return int(match[1]) * 1024


def cost_of(path: Path) -> int:
    """Return by how many bytes the process grows at most while the bundle is read."""
    # Forget the parent's peak. What the parent holds, hundreds of tests later, is no cost of ours.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = most_memory()
    bundle = check_bundle(path)  # Reads as `read_bundle` does, and looks at all keys once more.
    assert len(repr(bundle)) < 2000
    assert len(bundle.problems) < 50
    return most_memory() - before


def in_a_child(cost: Callable[[], int]) -> bool:
    """Return whether what is done in a process of its own stays below the ceiling."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if cost() < CEILING else 2
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_document_costs_bounded_memory(tmp_path: Path, case: str) -> None:
    document, content = CASES[case]()
    assert MAX_DOCUMENT_BYTES * 0.85 < len(content) <= MAX_DOCUMENT_BYTES
    for name, good in DOCUMENTS.items():
        (tmp_path / name).write_bytes(content if name == document else good)
    del content
    assert in_a_child(lambda: cost_of(tmp_path))


def _as_params(start: bytes, item: bytes, end: bytes) -> bytes:
    before = json.dumps({k: v for k, v in json.loads(METADATA).items() if k != "params"}).encode()
    return flood(before[:-1] + b',"params":' + start, item, end + b"}")


SHOWN: dict[str, Callable[[], bytes]] = {
    "lists beside an emoji": lambda: _as_params(
        b'{"b":"\xf0\x9f\xa7\xa8","a":[', b"[" * 97 + b"]" * 97, b"]}"
    ),
    "objects": lambda: _as_params(b'{"a":[', b'{"a":' * 96 + b"1" + b"}" * 96, b"]}"),
}


def cost_of_output(models: Path, command: str, form: str) -> int:
    """Return by how many bytes the process grows at most while the one bundle is shown."""
    arguments = [command, str(models / "b" if command in {"check", "show"} else models)]
    if command == "rank":
        arguments += ["--like", str(models / "b")]
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = most_memory()
    assert main([*arguments, "--format", form, "-o", str(models / ".out")]) == 0
    return most_memory() - before


@pytest.mark.parametrize(
    ("case", "command", "form"),
    [
        *(("lists beside an emoji", command, "json") for command in ("check", "list", "rank")),
        *(("lists beside an emoji", "rank", form) for form in ("text", "markdown", "html")),
        ("objects", "rank", "json"),
        ("objects", "show", "html"),
    ],
)
def test_to_show_params_nested_a_hundred_levels_deep_costs_bounded_memory_and_space(
    tmp_path: Path, case: str, command: str, form: str
) -> None:
    publish(tmp_path / "b", SHOWN[case](), METRICS)
    assert in_a_child(lambda: cost_of_output(tmp_path, command, form))
    size = sum(path.stat().st_size for path in (tmp_path / "b").iterdir())
    assert (tmp_path / ".out").stat().st_size <= 2 * size + 1024
