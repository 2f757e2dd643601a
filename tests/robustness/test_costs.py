"""The memory that a hostile document of the largest size costs, each in a process of its own."""

import json
import os
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from taskclf.model_registry import read_bundle
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
    bundle = read_bundle(path)
    assert len(repr(bundle)) < 2000
    assert len(bundle.problems) < 50
    return most_memory() - before


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_document_costs_bounded_memory(tmp_path: Path, case: str) -> None:
    document, content = CASES[case]()
    assert MAX_DOCUMENT_BYTES * 0.85 < len(content) <= MAX_DOCUMENT_BYTES
    for name, good in DOCUMENTS.items():
        (tmp_path / name).write_bytes(content if name == document else good)
    del content
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if cost_of(tmp_path) < CEILING else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
