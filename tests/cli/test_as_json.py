import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import a_bundle, a_report, an_invalid_bundle, bundles

from taskclf.model_registry import ModelBundle, SelectionReport
from taskclf.model_registry.cli.as_json import IN_JSON, json_parts

COMMANDS = ["##[error]x", "##vso[task.setvariable variable=x]y", "##teamcity[message text='x']"]


@given(st.lists(bundles(), max_size=3))
def test_an_array_has_one_line_for_each_bundle_and_is_read_back(some: list[ModelBundle]) -> None:
    text = "".join(json_parts(some))
    assert [ModelBundle.model_validate_json(json.dumps(one)) for one in json.loads(text)] == some
    assert len(text.splitlines()) == (len(some) + 2 if some else 1)


def test_a_report_has_one_line_for_each_field_and_bundle_and_is_read_back() -> None:
    text = "".join(json_parts(a_report()))
    assert SelectionReport.model_validate_json(text) == a_report()
    text = "".join(json_parts(a_report(a_bundle("a"), a_bundle("b"))))
    assert len(SelectionReport.model_validate_json(text).ranked) == 2
    assert text.startswith('{\n  "best":{"model_id":"a",')
    assert '\n  "ranked":[\n    {"model_id":"a",' in text
    assert text.endswith('  "required_label_set":["Build","Debug"]\n}\n')


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(COMMANDS))
def test_what_is_not_safe_to_print_is_escaped(label: str) -> None:
    text = "".join(json_parts([a_bundle(params={"x": label, label: 0})]))
    assert json.loads(text)[0]["metadata"]["params"] == {"x": label, label: 0}
    assert all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize("command", COMMANDS)
def test_no_line_is_a_command_to_a_ci_system(command: str) -> None:
    text = "".join(json_parts([a_bundle(command, schema_hash=f"x {command.upper()}")]))
    assert json.loads(text)[0]["model_id"] == command
    for start in ("##[", "##vso[", "##teamcity["):
        assert start not in text.lower()


def test_an_encoding_that_lacks_a_character_gets_its_escape_in_json() -> None:
    assert "è🧨".encode("ascii", IN_JSON) == rb"\u00e8\ud83e\udde8"
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", IN_JSON)


def test_a_long_run_of_what_is_escaped_comes_in_parts() -> None:
    bundle = an_invalid_bundle("\x7f" * 100_000)
    assert max(map(len, json_parts(bundle))) < 30_000
    assert "".join(json_parts(bundle)).count(r"\u007f") == 200_000  # As model_id and in path.
