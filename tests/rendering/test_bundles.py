from pathlib import Path

from taskclf.model_registry import list_bundles
from taskclf.model_registry.rendering.bundles import page_of_list
from taskclf.model_registry.rendering.content import Groups, Table

EXAMPLES = Path(__file__).parents[2] / "examples" / "models"


class TestPageOfList:
    def test_every_bundle_is_a_row_and_what_is_wrong_follows(self) -> None:
        page = page_of_list(list_bundles(EXAMPLES))
        assert (page.outcome, page.tone) == ("18 bundles, 13 valid", "unsure")
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
        assert (page.outcome, page.tone, page.sections) == ("0 bundles, 0 valid", "good", ())
