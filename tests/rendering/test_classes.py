from typing import Any

from strategies import a_metrics

from taskclf.model_registry.rendering.classes import classes_beside, classes_of
from taskclf.model_registry.rendering.content import Block, Estimate, Note, Table


def metrics(**changes: Any) -> Any:
    return a_metrics(**changes)


def table(blocks: tuple[Block, ...]) -> Table:
    found = blocks[-1]
    assert isinstance(found, Table)
    return found


class TestClassesOf:
    def test_the_worst_class_comes_first_with_its_interval(self) -> None:
        note, _ = classes_of("m", metrics())
        assert note == Note("m, evaluated on 100 samples.")
        rows = table(classes_of("m", metrics())).rows
        assert [list(map(str, row)) for row in rows] == [
            ["Build", "47", "0.9375", "0.9574", "0.9474 [0.8785, 0.9839]"],
            ["Debug", "53", "0.9615", "0.9434", "0.9524 [0.8900, 0.9854]"],
        ]

    def test_very_many_classes_are_counted_where_they_are_not_shown(self) -> None:
        names = [f"L{i:03}" for i in range(150)]
        matrix = [[int(i == j) for i in range(150)] for j in range(150)]
        shown = table(classes_of("m", metrics(label_names=names, confusion_matrix=matrix)))
        assert (len(shown.rows), shown.hidden) == (100, 50)


class TestClassesBeside:
    def test_each_class_has_both_scores_and_their_difference_with_its_interval(self) -> None:
        worse = metrics(confusion_matrix=[[20, 27], [3, 50]])
        note, _ = classes_beside(("m", metrics()), ("n", worse))
        assert note == Note("m, evaluated on 100 samples; the other is n, 100 samples.")
        rows = table(classes_beside(("m", metrics()), ("n", worse))).rows
        *texts, difference = rows[0]
        assert texts == ["Build", "47", "0.9375", "0.9574", "0.9474", "0.5714"]
        assert isinstance(difference, Estimate)
        assert (difference.tone, difference.number) == ("good", "+0.3759")
        [_, *_, reverse] = table(classes_beside(("n", worse), ("m", metrics()))).rows[0]
        assert isinstance(reverse, Estimate)
        assert (reverse.tone, reverse.number) == ("bad", "−0.3759")

    def test_a_difference_that_may_be_luck_does_not_stand_out(self) -> None:
        *_, difference = table(classes_beside(("m", metrics()), ("n", metrics()))).rows[0]
        assert isinstance(difference, Estimate)
        assert (difference.tone, difference.number) == ("plain", "0.0000")

    def test_classes_are_matched_by_label_and_one_that_the_other_lacks_has_no_difference(
        self,
    ) -> None:
        other = metrics(label_names=["Debug", "Test"])
        rows = {row[0]: row for row in table(classes_beside(("m", metrics()), ("n", other))).rows}
        assert rows["Build"][-2:] == ("", "")
        assert rows["Debug"][-2] == "0.9474"

    def test_the_axis_is_symmetric_around_zero_with_room_for_every_interval(self) -> None:
        shown = table(classes_beside(("m", metrics()), ("n", metrics())))
        [axis] = [column.axis for column in shown.columns if column.axis]
        assert (axis.start, axis.mark) == (-axis.end, 0.0)
        for row in shown.rows:
            difference = row[-1]
            assert isinstance(difference, Estimate)
            assert axis.start <= (difference.low or 0) <= (difference.high or 0) <= axis.end

    def test_very_many_classes_are_counted_where_they_are_not_shown(self) -> None:
        names = [f"L{i:03}" for i in range(150)]
        matrix = [[int(i == j) for i in range(150)] for j in range(150)]
        many = metrics(label_names=names, confusion_matrix=matrix)
        shown = table(classes_beside(("m", many), ("n", many)))
        assert (len(shown.rows), shown.hidden) == (100, 50)
