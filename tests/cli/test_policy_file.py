import json
import os
import threading
from pathlib import Path

import pytest

from taskclf.model_registry.cli.inputs import UsageError
from taskclf.model_registry.cli.policy_file import policy_from

REFUSED = {
    "arrays nested too deep": ("policy.toml", b"a = " + b"[" * 2000 + b"]" * 2000, "too deep"),
    "a key of many parts": ("policy.toml", b"a." * 100_000 + b"b = 1", "too deep"),
    "a key of many parts in quotes": ("policy.toml", rb'"\"" . ' * 50_000 + b"b = 1", "too deep"),
    "a table of many parts": ("policy.toml", b"['a'" + b".'a'" * 50_000 + b"]", "too deep"),
    "an integer of 5000 digits": ("policy.toml", b"version = " + b"9" * 5000, "5000 digits"),
    "too many bytes": ("policy.toml", b"#" * (1024 * 1024 + 1), "over the limit of 1048576"),
    "not UTF-8": ("policy.toml", b"\xff", "can't decode byte 0xff"),
    "not TOML": ("policy.toml", b"version = ", "Invalid value"),
    "no policy": ("policy.toml", b"min_recal = 1", "min_recal: Extra inputs are not permitted"),
    "objects nested too deep": ("policy.json", b'{"a":' * 2000 + b"}" * 2000, "recursion limit"),
    "a number of 5000 digits": ("policy.json", b'{"version":' + b"9" * 5000 + b"}", "out of range"),
    "too many bytes of JSON": ("policy.json", b" " * (1024 * 1024 + 1), "over the limit"),
    "a gate given twice": (
        "policy.json",
        b'{"version": 2, "min_samples": 500, "min_samples": 5}',
        "'min_samples' is given 2 times",
    ),
    "a label given twice": (
        "policy.json",
        b'{"version": 2, "min_recall": {"a": 0.9, "a": 0.1}}',
        "'a' is given 2 times",
    ),
    "a gate given twice in TOML": ("policy.toml", b"a = 1\na = 2\n", "overwrite"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_holds_no_policy_is_wrong_usage(case: str, tmp_path: Path) -> None:
    name, content, message = REFUSED[case]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=message):
        policy_from(str(tmp_path / name))


def test_labels_with_dots_are_no_deep_keys(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(
        """version = 2\nmin_recall = {"a.b.c" = 0.5, 'v1.2' = 0.75}\n""", encoding="utf-8"
    )
    assert policy_from(str(tmp_path / "policy.toml")).min_recall == {"a.b.c": 0.5, "v1.2": 0.75}


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="has no endless device")
def test_a_file_without_end_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="over the limit"):
        policy_from("/dev/zero")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no FIFO")
def test_a_policy_may_come_through_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    content = json.dumps({"version": 2, "min_samples": 500})
    writer = threading.Thread(target=pipe.write_text, args=(content,))
    writer.start()
    assert policy_from(str(pipe)).min_samples == 500
    writer.join()
