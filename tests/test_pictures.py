import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_the_picture_of_intervals_is_the_one_that_its_script_draws() -> None:
    script = runpy.run_path(str(ROOT / "examples" / "draw_intervals.py"))
    committed = script["PICTURE"].read_text(encoding="utf-8")
    assert committed == script["picture"](), "run python examples/draw_intervals.py"


SESSIONS = runpy.run_path(str(ROOT / "docs" / "sessions" / "record.py"))


@pytest.mark.parametrize("name", SESSIONS["SESSIONS"])
def test_a_session_on_a_page_is_what_its_command_prints(name: str) -> None:
    committed = (ROOT / "docs" / "sessions" / f"{name}.html").read_text(encoding="utf-8")
    expected = SESSIONS["session"](SESSIONS["SESSIONS"][name])
    assert committed == expected, "run python docs/sessions/record.py"


def test_every_session_that_is_recorded_is_on_a_page() -> None:
    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")]
    for path in (ROOT / "docs" / "sessions").glob("*.html"):
        assert path.stem in SESSIONS["SESSIONS"], path
        assert any(f'"docs/sessions/{path.name}"' in page for page in pages), path
