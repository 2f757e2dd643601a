"""Bytes changed at random in committed documents: a bundle is read, whatever they say."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taskclf.model_registry import ModelBundle, read_bundle

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    {
        path.read_bytes()
        for pattern in (
            "tests/data/bundles/*/*/*.json",
            "schemas/v1/conformance/model_metadata/*.json",
            "schemas/v1/conformance/bundle_metrics/*.json",
        )
        for path in ROOT.glob(pattern)
    }
)
PIECES = [
    b"", b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\\u0000", b"\\ud800", b"null", b"true",
    b"NaN", b"-Infinity", b"1e400", b"-0", b"0.5", b"45.0", b"9" * 400, b"[" * 201, b'""', b"\x00",
    b"\x1b[2J", b"\n", b"\xff", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"<script>", b"2026-02-30",
    b'"macro_f1":', b'"label_set":', b'"params":{', b'"' + b"k" * 999 + b'":',
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    text = draw(st.sampled_from(DOCUMENTS))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        stop = start + draw(st.integers(0, 12))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=4))
        text = text[:start] + piece + text[stop:]
    return text


def texts_of(bundle: ModelBundle) -> Iterator[str]:
    yield bundle.invalid_reason or ""
    for problem in bundle.problems:
        yield problem.pointer
        yield problem.message


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutated")


@given(metadata=mutated(), metrics=mutated())
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_a_bundle_of_any_bytes_is_read_and_told_in_bounded_printable_text(
    directory: Path, metadata: bytes, metrics: bytes
) -> None:
    (directory / "metadata.json").write_bytes(metadata)
    (directory / "metrics.json").write_bytes(metrics)
    bundle = read_bundle(directory)
    assert bundle.valid is (not bundle.problems)
    assert all(len(text) <= 300 and text.isprintable() for text in texts_of(bundle))
    assert ModelBundle.model_validate_json(bundle.model_dump_json()) == bundle
