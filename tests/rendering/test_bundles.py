from pathlib import Path

from strategies import a_bundle, an_invalid_bundle

from taskclf.model_registry import list_bundles, read_bundle
from taskclf.model_registry.rendering.bundle import page_of_bundle
from taskclf.model_registry.rendering.bundles import page_of_list
from taskclf.model_registry.rendering.content import Facts, Group, Groups, Matrix, Note, Table
from taskclf.model_registry.rendering.markdown import as_markdown

EXAMPLES = Path(__file__).parents[2] / "examples" / "models"


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
