import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskclf.model_registry.contract.printable import printable, quoted, signed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Größe 名前", "Größe 名前"),
        ("two\nlines", r"two\nlines"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("caf\udce9", r"caf\udce9"),
        ("abcdefghijkl", "abcdefghi…"),
        ("\n" * 9, r"\n\n\n\n\…"),
    ],
)
def test_unprintable_characters_are_escaped_and_long_text_is_cut(text: str, shown: str) -> None:
    assert printable(text, max(10, len(shown)) if len(text) < 9 else 10) == shown


@pytest.mark.parametrize("command", ["##[error]", "##vso[x]", "##TeamCity[x]", "####[group]"])
def test_no_text_holds_a_command_to_a_ci_system(command: str) -> None:
    for shown in (printable(command), quoted(command)):
        assert r"#\x23" in shown
        assert re.search(r"##(\[|vso|teamcity)", shown, re.IGNORECASE) is None
        assert shown.isprintable()


@given(st.text(st.characters()) | st.text("##[vso", max_size=40), st.integers(4, 30))
def test_all_text_becomes_printable_and_no_longer_than_the_limit(text: str, limit: int) -> None:
    for shown in (printable(text, limit), quoted(text, limit)):
        assert shown.isprintable()
        assert len(shown) <= limit
        shown.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Build", "'Build'"),
        ("it's", '"it\'s"'),
        ("a\nb", r"'a\nb'"),
        ("abcdefghijkl", "'abcdefgh…'"),
    ],
)
def test_quoted_text_is_the_repr_cut_inside_its_quotes(text: str, shown: str) -> None:
    assert quoted(text, 11) == shown


@pytest.mark.parametrize(
    ("difference", "shown"),
    [
        (0.0, "+0.0000"),
        (0.12344, "+0.1234"),
        (-0.5, "−0.5000"),
        (0.00006, "+0.0001"),
        (-0.000019, "−0.00002"),
        (1e-7, "+0.0000001"),
    ],
)
def test_a_difference_has_a_sign_and_never_looks_like_none(difference: float, shown: str) -> None:
    assert signed(difference) == shown
