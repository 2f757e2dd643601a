from strategies import a_metrics

from taskclf.model_registry.rendering.blocks import (
    axis_of_differences,
    axis_of_scores,
    matrix_of_differences,
    short,
)
from taskclf.model_registry.rendering.content import Axis, Estimate, Matrix, Note, Table


class TestMatrixOfDifferences:
    def test_cells_of_the_same_samples_are_subtracted_whatever_the_order_of_the_labels(
        self,
    ) -> None:
        one = a_metrics(confusion_matrix=[[45, 2], [3, 50]])
        other = a_metrics(label_names=["Debug", "Build"], confusion_matrix=[[49, 4], [0, 47]])
        [matrix] = matrix_of_differences(("m", one), ("n", other))
        assert matrix == Matrix("m less n", ("Build", "Debug"), ((-2, 2), (-1, 1)), wholes=(47, 53))

    def test_other_samples_are_compared_by_percent_of_the_row(self) -> None:
        one = a_metrics(confusion_matrix=[[45, 5], [10, 90]])
        other = a_metrics(confusion_matrix=[[5, 5], [0, 0]])
        [matrix] = matrix_of_differences(("m", one), ("n", other))
        assert matrix == Matrix(
            "m less n, in percent of each row",
            ("Build", "Debug"),
            ((40, -40), (10, 90)),
            wholes=(100, 100),
        )

    def test_other_labels_have_no_differences(self) -> None:
        other = a_metrics(label_names=["Build", "Test"])
        assert matrix_of_differences(("m", a_metrics()), ("n", other)) == ()

    def test_of_a_large_matrix_the_largest_differences_are_told(self) -> None:
        names = [f"L{number:02}" for number in range(41)]
        zeros = [[0] * 41 for _ in names]
        some = [[row * column % 7 for column in range(41)] for row in range(41)]
        one = a_metrics(label_names=names, confusion_matrix=zeros)
        other = a_metrics(label_names=names, confusion_matrix=some)
        note, table = matrix_of_differences(("m", one), ("n", other))
        assert isinstance(note, Note)
        assert "largest cells off the diagonal of a 41 × 41 matrix" in note.text
        assert isinstance(table, Table)
        assert table.rows[0][:2] == ("L01", "L06")


class TestAxes:
    def test_scores_share_an_axis_up_to_one_that_leaves_out_what_is_far_worse(self) -> None:
        near = Estimate(0.9, 0.87, 0.93)
        assert axis_of_scores([near, near, near, Estimate(0.1, 0.0, 0.2)]) == Axis(0.86, 1.0, 0.9)

    def test_perfect_scores_have_an_axis_too(self) -> None:
        assert axis_of_scores([Estimate(1.0)]) == Axis(0.98, 1.0, 1.0)

    def test_differences_lie_around_zero(self) -> None:
        assert axis_of_differences([Estimate(0.01, -0.034, 0.05)]) == Axis(-0.05, 0.05, 0.0)
        assert axis_of_differences([]) == Axis(-0.01, 0.01, 0.0)


def test_a_long_name_loses_its_middle_and_a_name_that_acts_is_escaped() -> None:
    assert short("a" * 60) == "a" * 60
    assert short("a" * 200 + "z") == "a" * 30 + "…" + "a" * 28 + "z"
    assert short("\x1b[31m") == "\\x1b[31m"
