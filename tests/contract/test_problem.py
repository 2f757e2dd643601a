import pytest
from pydantic import ValidationError

from taskclf.model_registry.contract.problem import Problem, problem_at, reason_for


def test_a_pointer_is_escaped_as_rfc_6901_has_it() -> None:
    problem = problem_at("x", "y", "metadata.json", ("params", "a/b~c", 0))
    assert problem.pointer == "/params/a~1b~0c/0"


def test_all_text_of_a_problem_is_printable_and_bounded() -> None:
    problem = problem_at("x", "m\n" * 999, "metadata.json", ("params", "\x1b" * 999) * 99)
    for text in (problem.pointer, problem.message):
        assert text.isprintable()
        assert len(text) <= 200


FIELD = problem_at("missing", "Field required", "metadata.json", ("label_set",))
NESTED = problem_at("x", "Has 7 cells", "metrics.json", ("confusion_matrix", 3))
WHOLE = problem_at("model_type", "Input should be an object", "metrics.json")
GONE = problem_at("document_missing", "No such file or directory", "metrics.json")


@pytest.mark.parametrize(
    ("problems", "reason"),
    [
        ([GONE], "missing metrics.json"),
        ([WHOLE], "metrics.json validation error: Input should be an object"),
        ([NESTED], "metrics.json validation error: confusion_matrix.3: Has 7 cells"),
        (
            [FIELD, GONE],
            "metadata.json validation error: label_set: Field required; missing metrics.json",
        ),
        (
            [FIELD, FIELD, NESTED, NESTED],
            (
                "metadata.json validation error: "
                "label_set: Field required; label_set: Field required; "
                "metrics.json validation error: "
                "confusion_matrix.3: Has 7 cells; confusion_matrix.3: Has 7 cells"
            ),
        ),
    ],
)
def test_a_reason_names_each_document_once(problems: list[Problem], reason: str) -> None:
    assert reason_for(problems) == reason


def test_a_reason_counts_what_it_has_no_room_for() -> None:
    reason = reason_for([FIELD] * 50)
    assert len(reason) <= 300
    shown = reason.count("Field required")
    assert reason.endswith(f"; label_set: Field required (and {50 - shown} more)")


def test_a_reason_of_one_long_problem_is_cut() -> None:
    long = problem_at("x", "m" * 500, "metrics.json", ("a" * 99, "b" * 99, "c" * 99))
    reason = reason_for([long, long])
    assert len(reason) <= 300
    assert reason.endswith("… (and 1 more)")


def test_a_problem_that_occurs_over_and_over_is_one_that_nobody_can_change() -> None:
    one, other = (problem_at("document_missing", "No such file", "metrics.json") for _ in range(2))
    assert one is other
    with pytest.raises(ValidationError):
        setattr(one, "message", "another")  # noqa: B010 - mypy knows better than to assign
    with pytest.raises(TypeError):
        one.model_fields_set.add("x")


def test_a_problem_is_what_its_model_makes_of_the_same_fields() -> None:
    made = problem_at("row_length", "Has 7 cells", "metrics.json", ("confusion_matrix", 3))
    assert made == Problem(
        document="metrics.json", pointer="/confusion_matrix/3", type="row_length",
        message="Has 7 cells",
    )  # fmt: skip
    assert made.model_fields_set == set(Problem.model_fields)
