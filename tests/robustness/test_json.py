"""What a JSON parser can be given, by class: each is taken or refused as RFC 8259 has it."""

import pytest
from strategies import a_metadata

from taskclf.model_registry import ModelMetadata
from taskclf.model_registry.reading.parsing import parse_document

# Values of a parameter, in a document that is well formed around them.
TAKEN = {
    "literals": [b"null", b"true", b"false"],
    "integers": [b"0", b"-0", b"7", b"-7", b"9" * 30],
    "fractions": [b"0.5", b"-0.0", b"1.000000000000000000000000000001"],
    "exponents": [b"1e5", b"1E+5", b"1e-5", b"0e0", b"1e-9999"],
    "strings": [b'""', b'" "', b'"\xc3\xa9"', b'"\xf0\x9f\x98\x80"', b'"\x7f"', b'"\xe2\x80\xa8"'],
    "escapes": [rb'"\"\\\/\b\f\n\r\t"', rb'"\u0000"', rb'"\ud83d\ude00"', rb'"\uFFFF"'],
    "space": [b" \t\r\n[ 1 , 2 ]\n", b"{ }", b"[\n]"],
    "nesting": [b"[" * 99 + b"]" * 99, b'{"a":' * 99 + b"0" + b"}" * 99],
    "keys": [b'{"": 0}', b'{"a": 0, "a": 1}', rb'{"\u0000": 0}'],
}
REFUSED = {
    "literals": [b"nul", b"True", b"NULL", b"undefined", b"nulll"],
    "numbers": [b"01", b"-", b"+1", b".5", b"1.", b"1e", b"1e+", b"0x1", b"1_0", b"--1", b"1 2"],
    "no numbers": [b"NaN", b"Infinity", b"-Infinity", b"nan", b"inf", b"-NaN", b"\xef\xbc\x91"],
    "too large": [b"1e400", b"-1e400", b"[[1e999]]"],
    "strings": [b'"', b"'a'", b"a", b'"\n"', b'"\t"', b'"\x00"', b'"a" "b"', "“a”".encode()],
    "escapes": [rb'"\x00"', rb'"\u12"', rb'"\u12G4"', rb'"\a"', b'"\\', rb'"\U0001F600"'],
    "surrogates": [rb'"\ud800"', rb'"\udc00"', rb'"\ud800\ud800"', rb'"\udc00\ud800"'],
    "not UTF-8": [b'"\xff"', b'"\xc0\xaf"', b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"', b'"\xe2\x82'],
    "lists": [b"[", b"]", b"[1", b"[1,]", b"[,1]", b"[1 2]", b"[1,,2]", b"[1:2]", b"[}", b"(1)"],
    "objects": [b"{", b'{"a"}', b'{"a":}', b'{"a" 1}', b'{"a":1,}', b"{1:1}", b"{a:1}", b'{"a":1]'],
    "comments": [b"/**/1", b"1//", b"# 1\n1", b"1/* */"],
    "space": [b"\xc2\xa01", b"\x0b1", b"\x0c1", b"\xe2\x81\xa01", b"\xef\xbb\xbf1", b"\x001"],
    "nesting": [b"[" * 101 + b"]" * 101, b"[" * 201 + b"]" * 201, b"[" * 9999, b'{"a":' * 9999],
    "nothing": [b"", b" "],
}


def cases(table: dict[str, list[bytes]]) -> list[object]:
    return [
        pytest.param(value, id=f"{name} {index}")
        for name, values in table.items()
        for index, value in enumerate(values)
    ]


def with_parameter(value: bytes, padding: int) -> bytes:
    text = a_metadata(params={"p": 0}).model_dump_json().encode()
    assert text.count(b'"p":0') == 1
    return text.replace(b'"p":0', b'"p":' + value) + b" " * padding


@pytest.mark.parametrize("padding", [0, 70_000])
@pytest.mark.parametrize("value", cases(TAKEN))
def test_json_is_taken(value: bytes, padding: int) -> None:
    document, problems = parse_document(
        ModelMetadata, "metadata.json", with_parameter(value, padding)
    )
    assert not problems
    assert document is not None
    assert ModelMetadata.model_validate_json(document.model_dump_json()) == document


@pytest.mark.parametrize("padding", [0, 70_000])
@pytest.mark.parametrize("value", cases(REFUSED))
def test_what_is_not_json_or_no_finite_number_is_refused(value: bytes, padding: int) -> None:
    document, problems = parse_document(
        ModelMetadata, "metadata.json", with_parameter(value, padding)
    )
    assert document is None
    assert {p.type for p in problems} <= {"json_invalid", "finite_number", "too_deep"}


WHOLE = [
    b"", b" ", b"\xef\xbb\xbf", b"{", b"}", b"{}x", b"{}{}", b"{},", b"\x00", b"{}\x00", b"[]",
    b"1", b'"{}"', b"null", b"NaN", b"\xff\xfe{\x00}\x00", b"\xfe\xff\x00{\x00}", b"{\x00}\x00",
    b"\xef\xbb\xbf\xef\xbb\xbf{}", b"<html></html>", b"{'a': 1}", b"version 1\n",
    b"\x1f\x8b\x08\x00", b"PK\x03\x04", b"\x80\x04\x95", b"[" * 70_000, b" " * 70_000,
]  # fmt: skip


@pytest.mark.parametrize("text", WHOLE, ids=lambda text: repr(text[:24]))
def test_what_is_no_object_at_all_is_a_problem_of_the_whole_document(text: bytes) -> None:
    document, problems = parse_document(ModelMetadata, "metadata.json", text)
    assert document is None
    assert {problem.pointer for problem in problems} == {""}
