"""Draw the confidence intervals of the example models: the picture in docs/evidence.md.

`python examples/draw_intervals.py` writes docs/images/intervals.svg. The picture takes its colours
from the page around it, so it follows light and dark.
"""

from html import escape
from pathlib import Path

from taskclf.model_registry import SelectionPolicy, find_best_model
from taskclf.model_registry.explain import Standing, explain

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "intervals.svg"

SCHEMA_HASH = "85e94657205f7ae421cd9c374c925ba9751f7dc8362971bdcaf3321bc81f1d5b"
TICKS = (0.86, 0.88, 0.90, 0.92, 0.94, 0.96, 0.98, 1.00)
LEFT, WIDTH, TOP, ROW = 250, 430, 16, 26


def picture() -> str:
    """Return the SVG of every model whose interval lies within the axis."""
    report = find_best_model(
        ROOT / "examples" / "models", SelectionPolicy(), SCHEMA_HASH, set("0123456789")
    )
    rows = [
        standing
        for standing in explain(report).standings
        if standing.macro_f1_interval.low >= TICKS[0]
    ]
    bottom = TOP + ROW * len(rows)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 {bottom + 44}" width="700" '
            'role="img" style="max-width: 100%; height: auto" font-size="13" fill="currentColor">'
        ),
        (
            "<title>95 % confidence intervals of macro F1 of the example models, "
            "and which of them may be the best</title>"
        ),
    ]
    for tick in TICKS:
        parts += [
            (
                f'<path d="M{x(tick)} {TOP}V{bottom}" stroke="currentColor" '
                'stroke-opacity="0.15" fill="none"/>'
            ),
            f'<text x="{x(tick)}" y="{bottom + 18}" text-anchor="middle">{tick:.2f}</text>',
        ]
    for index, standing in enumerate(rows):
        parts += drawn(standing, y=TOP + ROW * index + ROW / 2)
    parts += [
        f'<text x="{LEFT + WIDTH / 2}" y="{bottom + 38}" text-anchor="middle">macro F1</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def drawn(standing: Standing, y: float) -> list[str]:
    """Return one row: a filled point where the model may be the best, a hollow one where not."""
    low, high = x(standing.macro_f1_interval.low), x(standing.macro_f1_interval.high)
    point = x(standing.macro_f1)
    fill = "currentColor" if standing.may_be_best else "none"
    # The line stops at the rim of the point, so that a hollow one is seen to be hollow.
    line = f"M{low} {y}H{point - 4}M{point + 4} {y}H{high}"
    return [
        (
            f'<text x="{LEFT - 12}" y="{y + 4.5}" text-anchor="end">'
            f"{escape(standing.model_id)}</text>"
        ),
        (
            f'<path d="{line}M{low} {y - 5}v10M{high} {y - 5}v10" '
            'stroke="currentColor" stroke-width="2" fill="none"/>'
        ),
        (
            f'<circle cx="{point}" cy="{y}" r="4" fill="{fill}" '
            'stroke="currentColor" stroke-width="2"/>'
        ),
    ]


def x(macro_f1: float) -> float:
    """Return the place of a score on the axis."""
    return round(LEFT + WIDTH * (macro_f1 - TICKS[0]) / (TICKS[-1] - TICKS[0]), 1)


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8")
    print(f"Wrote {PICTURE.relative_to(ROOT)}")
