from typing import Any

from strategies import a_bundle, a_report

from taskclf.model_registry import ModelBundle
from taskclf.model_registry.explain import explain
from taskclf.model_registry.rendering.content import Groups, Mark, Table
from taskclf.model_registry.rendering.explanation import page_of_explanation, verdict_of

GOOD: dict[str, Any] = {"macro_f1": 0.95, "weighted_f1": 0.95}


def model(model_id: str, hits: int, misses: int, **changes: Any) -> ModelBundle:
    """Return a model whose scores agree with a balanced matrix."""
    matrix = [[hits, misses], [misses, hits]]
    share = round(hits / (hits + misses), 4)
    scores = {"macro_f1": share, "weighted_f1": share, "confusion_matrix": matrix}
    return a_bundle(model_id, **scores | changes)


def verdict(*bundles: ModelBundle) -> list[str]:
    return list(verdict_of(explain(a_report(*bundles)), len(bundles)))


def ranking(*bundles: ModelBundle) -> Table:
    [table] = page_of_explanation(explain(a_report(*bundles))).blocks
    assert isinstance(table, Table)
    return table


def column(table: Table, title: str) -> list[Any]:
    place = [column.title for column in table.columns].index(title)
    return [row[place] for row in table.rows]


class TestVerdict:
    def test_one_model_needs_none(self) -> None:
        assert verdict(model("a", 450, 50)) == []

    def test_a_clear_lead_is_one_with_its_numbers(self) -> None:
        lead, others = verdict(model("a", 490, 10), model("b", 400, 100), model("c", 300, 200))
        assert lead == "Clearly ahead of b: macro F1 +0.1800, 95 % interval +0.1535 to +0.2075."
        assert others == "No other of the 3 ranked may be the best."

    def test_a_lead_that_may_be_luck_is_too_close_to_call(self) -> None:
        lead, others = verdict(model("a", 490, 10), model("b", 488, 12))
        assert lead == (
            "Too close to call against b: macro F1 differs by 0.0040, "
            "and the true difference may be −0.0097 to +0.0179 (95 % interval)."
        )
        assert others == "1 other may be the best instead: b."

    def test_of_many_others_two_are_named(self) -> None:
        _, others = verdict(*(model(name, 490, 10) for name in "abcdef"))
        assert others == "5 others may be the best instead: b, c and 3 more."

    def test_a_runner_up_that_is_better_by_its_matrix_is_said_to_be(self) -> None:
        lead, others, doubtful = verdict(
            model("a", 400, 100, macro_f1=0.99), model("b", 490, 10, macro_f1=0.97)
        )
        assert lead == (
            "By the matrices b is clearly better: macro F1 +0.1800, "
            "95 % interval +0.1535 to +0.2075."
        )
        assert others == "By its matrix, it is not the best. The best may be b."
        assert doubtful == "b reports scores that the confusion matrix contradicts."

    def test_other_test_samples_are_said_beside_the_lead(self) -> None:
        lead, *_ = verdict(model("a", 490, 10), model("b", 48, 2))
        assert lead.endswith("(95 % interval). The two were not evaluated on the same samples.")

    def test_models_that_their_matrices_contradict_are_named(self) -> None:
        *_, doubtful = verdict(
            model("a", 490, 10),
            *(model(name, 490, 10, weighted_f1=0.5) for name in "bcd"),
        )
        assert doubtful == "b, c and 1 more report scores that the confusion matrix contradicts."

    def test_a_name_of_255_characters_does_not_bury_the_sentence(self) -> None:
        lead, _ = verdict(model("a", 490, 10), model("b" * 255, 400, 100))
        assert lead.startswith(f"Clearly ahead of {'b' * 30}…{'b' * 29}: macro F1")


class TestRanking:
    def test_who_may_be_best_stands_out_in_words_and_in_the_picture(self) -> None:
        table = ranking(model("a", 490, 10), model("b", 488, 12), model("c", 300, 200))
        assert list(map(str, column(table, "Verdict"))) == ["best", "may be best", "behind"]
        assert [estimate.tone for estimate in column(table, "Macro F1")] == [
            "good",
            "good",
            "plain",
        ]
        assert column(table, "Against the best")[1:] == ["macro_f1 −0.0040", "macro_f1 −0.3800"]

    def test_a_row_that_its_matrix_contradicts_carries_a_mark(self) -> None:
        table = ranking(
            model("a", 490, 10), model("b", 490, 10, weighted_f1=0.5), model("c", 48, 2)
        )
        assert column(table, "Caution") == [
            Mark("", "unsure"),
            Mark("contradicted", "bad"),
            Mark("other samples", "unsure"),
        ]
        assert column(table, "Against the best")[-1] == "macro_f1 −0.0200; other test samples"

    def test_without_any_caution_there_is_no_such_column(self) -> None:
        assert "Caution" not in [column.title for column in ranking(model("a", 9, 1)).columns]

    def test_a_model_whose_matrix_beats_the_first_is_said_to(self) -> None:
        table = ranking(model("a", 400, 100, macro_f1=0.99), model("b", 490, 10))
        assert list(map(str, column(table, "Verdict"))) == ["best as reported", "better by matrix"]

    def test_three_quarters_of_the_intervals_are_on_the_axis_and_the_best_is_marked(self) -> None:
        names = ("a", "b", "c", "d")
        table = ranking(*(model(n, 490, 10) for n in names), model("e", 10, 490))
        [axis] = [column.axis for column in table.columns if column.axis]
        assert (axis.start, axis.end, axis.mark) == (0.96, 1.0, 0.98)


def test_contradictions_are_listed_with_their_place() -> None:
    page = page_of_explanation(explain(a_report(model("a", 490, 10, weighted_f1=0.5))))
    [section] = page.sections
    assert section.title == "Contradicted by the confusion matrix"
    [groups] = section.blocks
    assert isinstance(groups, Groups)
    assert groups.groups[0].title == "a"
    assert groups.groups[0].items[0].startswith("metrics.json /weighted_f1: Differs by 0.48")


def test_an_explanation_of_nothing_is_a_page_too() -> None:
    page = page_of_explanation(explain(a_report()))
    assert (page.outcome, page.lead, page.blocks) == ("No bundle is eligible", (), ())


def test_near_misses_are_shown() -> None:
    record = {
        "model_id": "x",
        "path": "/x",
        "reason": "constraint: macro_f1 0.018 < 0.980",
    }
    page = page_of_explanation(explain(a_report(excluded=[record])))
    assert [section.title for section in page.sections] == ["Excluded by a gate"]
