import runpy
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_picture_of_intervals_is_the_one_that_its_script_draws() -> None:
    script = runpy.run_path(str(ROOT / "examples" / "draw_intervals.py"))
    committed = script["PICTURE"].read_text(encoding="utf-8")
    assert committed == script["picture"](), "run python examples/draw_intervals.py"
