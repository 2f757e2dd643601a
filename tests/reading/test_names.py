import os
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from taskclf.model_registry import ModelBundle
from taskclf.model_registry.reading.names import as_utf8, from_utf8

# What a POSIX directory may be called; mostly of the bytes that escapes are made of.
parts = st.sampled_from([b"\xff", b"\xfe", b"\\", b"x", b"f", b"5c", b".", "é".encode()])
names = st.binary(min_size=1, max_size=9) | st.lists(parts, min_size=1, max_size=6).map(b"".join)
posix_names = names.filter(lambda name: b"/" not in name and b"\0" not in name)


@given(posix_names, posix_names)
@example(rb"\xff" + b"\xfe", b"\xff" + rb"\xfe")
def test_no_two_names_become_the_same_text(one: bytes, other: bytes) -> None:
    texts = {as_utf8(os.fsdecode(name)) for name in (one, other)}
    assert len(texts) == len({one, other})


@given(posix_names)
def test_every_name_is_read_back_from_its_text(name: bytes) -> None:
    text = as_utf8(os.fsdecode(name))
    text.encode()
    assert os.fsencode(from_utf8(text)) == name


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_name_in_utf_8_is_its_own_text(name: str) -> None:
    assert as_utf8(name) == name


@given(posix_names, posix_names)
@example(b"\xff", b"b")
@example(rb"\xff", b"\xff")
def test_json_keeps_the_path_of_a_bundle(above: bytes, name: bytes) -> None:
    path = Path(os.path.normpath(os.fsdecode(b"/" + above + b"/" + name)))
    bundle = ModelBundle(
        model_id="b", path=path, valid=False, invalid_reason="missing metrics.json"
    )
    assert ModelBundle.model_validate_json(bundle.model_dump_json()).path == path


def test_an_escape_says_which_byte_it_stands_for() -> None:
    assert as_utf8(os.fsdecode(b"caf\xe9")) == r"./caf\xe9"
    assert as_utf8(os.fsdecode(b"/models/caf\xe9")) == r".//models/caf\xe9"
