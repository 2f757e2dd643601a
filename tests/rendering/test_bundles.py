from pathlib import Path

from strategies import a_bundle, an_invalid_bundle

from taskclf.model_registry import ModelBundle, Problem, list_bundles, read_bundle
from taskclf.model_registry.rendering.bundle import page_of_bundle
from taskclf.model_registry.rendering.bundles import page_of_check, page_of_list
from taskclf.model_registry.rendering.content import Facts, Group, Groups, Matrix, Note, Table
from taskclf.model_registry.rendering.markdown import as_markdown

EXAMPLES = Path(__file__).parents[2] / "examples" / "models"


def broken(*messages: str) -> ModelBundle:
    problems = [
        Problem(document="metrics.json", pointer="/x", type="t", message=message)
        for message in messages
    ]
    return an_invalid_bundle().model_copy(update={"problems": problems})


class TestPageOfCheck:
    def test_valid_bundles_are_told_in_one_line(self) -> None:
        page = page_of_check({"a": a_bundle()})
        assert (page.outcome, page.good, page.blocks) == ("1 bundle is valid", True, ())
        assert page_of_check({"a": a_bundle(), "b": a_bundle()}).outcome == "2 bundles are valid"

    def test_every_problem_is_listed_under_its_bundle(self) -> None:
        page = page_of_check({"in/a": broken("one", "two"), "in/b": a_bundle()})
        assert (page.outcome, page.good) == ("1 of 2 bundles is invalid", False)
        group = Group("in/a", ("metrics.json /x: one", "metrics.json /x: two"))
        assert page.blocks == (Groups((group,)),)

    def test_equal_problems_of_many_bundles_are_one_group(self) -> None:
        bundles = {f"b{number:02}": broken("same") for number in range(25)}
        bundles["z"] = broken("same", "other")
        page = page_of_check(bundles)
        assert page.outcome == "26 of 26 bundles are invalid"
        [groups] = page.blocks
        assert isinstance(groups, Groups)
        same, other = groups.groups
        assert same.title == "26 bundles: metrics.json /x: same"
        assert (same.items, same.hidden) == (tuple(bundles)[:20], 6)
        assert other == Group("metrics.json /x: other", ("z",))

    def test_the_rarest_of_very_many_problems_are_counted(self) -> None:
        bundles = {f"b{number:03}": broken("same", f"only {number:03}") for number in range(150)}
        [groups] = page_of_check(bundles).blocks
        assert isinstance(groups, Groups)
        assert len(groups.groups) == 101
        assert groups.groups[0].title == "150 bundles: metrics.json /x: same"
        assert groups.groups[-1] == Group("51 further reasons, given 51 times", ())


class TestPageOfList:
    def test_every_bundle_is_a_row_and_what_is_wrong_follows(self) -> None:
        page = page_of_list(list_bundles(EXAMPLES))
        assert (page.outcome, page.good) == ("18 bundles, 13 valid", False)
        [table] = page.blocks
        assert isinstance(table, Table)
        assert len(table.rows) == 18
        rows = {row[0]: row[1:] for row in table.rows}
        assert rows["digits-dummy"] == ("yes", "0.0184", "0.0187", "2025-11-03 09:00:00+00:00")
        assert rows["digits-svm-no-metrics"] == ("no", "", "", "2025-11-06 11:45:00+05:30")
        [invalid] = page.sections
        [groups] = invalid.blocks
        assert isinstance(groups, Groups)
        assert len(groups.groups) == 5

    def test_an_empty_directory_is_a_list_of_nothing(self) -> None:
        page = page_of_list([])
        assert (page.outcome, page.good, page.sections) == ("0 bundles, 0 valid", True, ())


class TestPageOfBundle:
    def test_a_valid_bundle_shows_scores_documents_and_matrix(self) -> None:
        page = page_of_bundle(a_bundle(reject_threshold=0.5))
        assert (page.outcome, page.good) == ("logreg is valid", True)
        [facts] = page.blocks
        assert isinstance(facts, Facts)
        assert facts.pairs == (
            ("Macro F1", "0.8700"),
            ("Weighted F1", "0.8900"),
            ("Path", "/models/logreg"),
            ("Created at", "2026-02-26 12:34:56+00:00"),
            ("Labels", "Build, Debug"),
            ("Feature schema", "v1, hash 4077c2e1"),
            ("Training data", "2026-01-01 to 2026-01-31"),
            ("Dataset hash", "sha256:3b0c"),
            ("Git commit", "unknown"),
            ("Parameters", '{"C": 1.0}'),
            ("Reject threshold", "0.5"),
        )
        assert page.sections[-1].blocks == (
            Matrix("logreg", ("Build", "Debug"), ((45, 2), (3, 50))),
        )

    def test_an_invalid_bundle_shows_its_problems_and_what_could_be_read(self) -> None:
        page = page_of_bundle(read_bundle(EXAMPLES / "digits-svm-no-metrics"))
        assert not page.good
        groups, facts = page.blocks
        assert groups == Groups((Group("1 problem", ("metrics.json: No such file or directory",)),))
        assert "digits" not in str(page.sections)
        assert isinstance(facts, Facts)

    def test_a_bundle_that_cannot_be_read_at_all_is_a_page_too(self) -> None:
        page = page_of_bundle(an_invalid_bundle())
        assert page.outcome == "broken is invalid"
        assert page.blocks == (Facts((("Path", "/models/broken"),)),)

    def test_a_matrix_too_large_to_look_at_is_told_by_its_largest_confusions(self) -> None:
        names = [f"label {number}" for number in range(41)]
        counts = [[row * column % 7 for column in range(41)] for row in range(41)]
        page = page_of_bundle(a_bundle(label_names=names, confusion_matrix=counts))
        note, table = page.sections[-1].blocks
        assert note == Note("logreg: the largest confusions of a 41 × 41 matrix")
        assert isinstance(table, Table)
        assert table.rows[0] == ("label 1", "label 6", "6")
        assert len(table.rows) == 20


def test_a_name_that_is_not_utf_8_is_shown_escaped() -> None:
    bundle = a_bundle().model_copy(update={"path": Path("/models/\udcff")})
    assert r"/models/\\udcff" in as_markdown(page_of_bundle(bundle))
