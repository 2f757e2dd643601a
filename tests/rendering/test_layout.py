from collections.abc import Sequence
from dataclasses import replace

import pytest

from taskclf.model_registry.rendering.content import Axis, Column, Estimate
from taskclf.model_registry.rendering.layout import (
    Glyphs,
    drawn,
    shortened,
    shortened_at_end,
    table_lines,
    width_of,
)

AXIS = Axis(0.5, 1.0, mark=0.95)
UNICODE = Glyphs("utf-8")
BEST = Estimate(0.75, 0.6, 0.85, tone="good")


def lines(
    columns: Sequence[Column], rows: Sequence[tuple[str | Estimate, ...]], width: int
) -> list[str]:
    found = table_lines(columns, rows, width, UNICODE)
    return ["".join(text for text, *_ in line).rstrip() for line in found]


class TestShortened:
    @pytest.mark.parametrize(
        ("name", "width", "shown"),
        [
            ("digits-svm-c10", 14, "digits-svm-c10"),
            ("digits-svm-c10", 13, "digits…vm-c10"),
            ("digits-svm-c10", 4, "di…0"),
            ("digits-svm-c10", 1, "…"),
            ("模型模型模型", 12, "模型模型模型"),
            ("模型模型模型", 11, "模型…型模型"),
            ("e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301", 5, "e\u0301e\u0301…e\u0301e\u0301"),
        ],
    )
    def test_the_middle_goes_so_that_both_ends_can_be_told(
        self, name: str, width: int, shown: str
    ) -> None:
        assert shortened(name, width) == shown
        assert width_of(shown) <= width

    def test_what_combines_with_a_letter_that_is_gone_goes_too(self) -> None:
        assert shortened("abcdefg\u0301", 3) == "a…g\u0301"
        assert shortened("abcdef\u0301\u0301\u0301g", 3) == "a…g"

    def test_the_end_goes_from_a_sentence(self) -> None:
        assert shortened_at_end("one two", 7) == "one two"
        assert shortened_at_end("one two", 5) == "one …"


class TestDrawn:
    @pytest.mark.parametrize(
        ("estimate", "line"),
        [
            (BEST, "  ───●── │"),
            (replace(BEST, tone="plain"), "  ───○── │"),
            (Estimate(0.75, tone="good"), "     ●   │"),
            (Estimate(0.9, 0.7, 1.0, tone="good"), "    ────●─"),
            (Estimate(1.0, 1.0, 1.0, tone="good"), "         ●"),
            (Estimate(0.4, 0.3, 0.6), "◂──      │"),
            (Estimate(0.1, 0.0, 0.2), "◂        │"),
            (Estimate(1.5, 1.2, 1.7), "         ▸"),
        ],
    )
    def test_an_interval_is_a_line_with_its_point(self, estimate: Estimate, line: str) -> None:
        assert drawn(estimate, AXIS, 10, UNICODE) == line

    def test_zero_is_marked_between_differences(self) -> None:
        axis = Axis(-0.1, 0.1, mark=0.0)
        assert drawn(Estimate(0.05, signed=True), axis, 10, UNICODE) == "     │ ○  "


class TestTableLines:
    COLUMNS = (
        Column("#", "number", drop=4),
        Column("Model", "name"),
        Column("F1", "number", axis=AXIS),
        Column("Weighted", "number", drop=7),
    )
    ROWS = (("1", "a-model-with-a-long-name-of-40-characters", BEST, "0.7000"),)

    def test_a_wide_terminal_shows_everything_and_draws_larger(self) -> None:
        head, row = lines(self.COLUMNS, self.ROWS, 200)
        assert head.split() == [
            "#",
            "Model",
            "F1",
            "0.50",
            "1.00",
            "95",
            "%",
            "interval",
            "Weighted",
        ]
        assert row.startswith("1  a-model-with-a-long-name-of-40-characters  0.7500 ")
        assert row.count("─") + row.count("●") == 21
        assert row.endswith("│     [0.6000, 0.8500]    0.7000")

    @pytest.mark.parametrize(
        ("width", "head"),
        [
            (95, ["#", "Model", "F1", "0.50", "1.00", "95", "%", "interval", "Weighted"]),
            (94, ["#", "Model", "F1", "0.50", "1.00", "95", "%", "interval"]),
            (64, ["#", "Model", "F1", "0.50", "1.00"]),
            (46, ["Model", "F1", "0.50", "1.00"]),
            (43, ["Model", "F1"]),
            (20, ["Model", "F1"]),
        ],
    )
    def test_columns_go_one_by_one_in_their_order(self, width: int, head: list[str]) -> None:
        first, row = lines(self.COLUMNS, self.ROWS, width)
        assert first.split() == head
        assert width_of(row) <= width

    def test_a_name_gives_way_last_and_only_as_far_as_needed(self) -> None:
        assert lines(self.COLUMNS, self.ROWS, 30)[1] == "a-model-wit…characters  0.7500"
        columns = [Column("Model", "name"), Column("Verdict", drop=1)]
        rows = [("a-long-name", "may be best")]
        assert lines(columns, rows, 20)[1] == "a-l…ame  may be best"
        assert lines(columns, rows, 19)[1] == "a-long-name"

    def test_where_even_the_last_columns_have_no_room_all_are_shortened(self) -> None:
        columns = [Column("True", "name"), Column("Predicted", "name"), Column("Difference")]
        head, row = lines(columns, [("label-one", "label-two", "+12")], 20)
        assert max(map(width_of, (head, row))) <= 20
        assert "+12" in row

    def test_full_width_names_keep_the_numbers_in_line(self) -> None:
        columns = [Column("Model", "name"), Column("F1", "number")]
        rows: list[tuple[str | Estimate, ...]] = [("模型", "0.5"), ("ab", "0.25"), ("e\u0301", "1")]
        assert lines(columns, rows, 80) == [
            "Model    F1",
            "模型    0.5",
            "ab     0.25",
            "e\u0301         1",
        ]

    def test_cells_without_an_estimate_stay_empty_beside_those_with_one(self) -> None:
        columns = [Column("F1", "number", axis=AXIS)]
        head, drawn_row, empty = lines(columns, [(BEST,), ("none",)], 80)
        assert "●" in drawn_row
        assert empty.strip() == "none"
        assert len(head) == len(drawn_row)

    def test_without_any_interval_there_is_nothing_to_draw_and_without_an_axis_nothing_to_draw_on(
        self,
    ) -> None:
        columns = [Column("F1", "number", axis=AXIS)]
        assert lines(columns, [(Estimate(0.75),)], 80) == ["    F1", "0.7500"]
        columns = [Column("F1", "number")]
        assert lines(columns, [(BEST,)], 80)[1] == "0.7500  [0.6000, 0.8500]"

    def test_a_table_without_rows_is_its_head(self) -> None:
        assert lines([Column("Model", "name"), Column("F1", "number")], [], 80) == ["Model  F1"]
