"""Imports flow one way, and the picture on the Contributing page is the code's."""

from pathlib import Path

import pytest
from architecture import BANDS, PACKAGE, PICTURE, cycle_in, imports_of, picture, upward

MODULES = imports_of(PACKAGE)


def package(directory: Path, **sources: str) -> Path:
    for name, source in sources.items():
        path = directory.joinpath(*name.split("__")).with_suffix(".py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(source)
    return directory


def test_no_import_leads_up_not_even_a_late_or_a_type_only_one() -> None:
    assert sum(map(len, MODULES.values())) > 100
    assert upward(MODULES) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert cycle_in(MODULES) == []


def test_only_the_start_imports_the_table_of_contents() -> None:
    assert [name for name, targets in MODULES.items() if "__init__" in targets] == []


@pytest.mark.parametrize(
    "source",
    [
        "from taskclf.model_registry.selection.gates import failed_gates",
        "from taskclf.model_registry.selection import gates",
        "import taskclf.model_registry.selection.gates",
        "def late():\n    from taskclf.model_registry.selection import gates",
        "if TYPE_CHECKING:\n    import taskclf.model_registry.selection.gates as gates",
    ],
)
def test_an_import_that_leads_up_is_found_wherever_it_stands(source: str, tmp_path: Path) -> None:
    found = imports_of(package(tmp_path, selection__gates="", contract__base=source))
    assert upward(found) == [("contract.base", "selection.gates")]


def test_evidence_and_reading_stand_side_by_side(tmp_path: Path) -> None:
    source = "from taskclf.model_registry.reading import files"
    found = imports_of(package(tmp_path, evidence=source, reading__files=""))
    assert upward(found) == [("evidence", "reading.files")]


def test_a_circle_is_found_within_a_folder_too(tmp_path: Path) -> None:
    found = imports_of(
        package(
            tmp_path,
            reading__a="from taskclf.model_registry.reading.b import x",
            reading__b="def late():\n    from taskclf.model_registry.reading.c import x",
            reading__c="import taskclf.model_registry.reading.a",
        )
    )
    assert cycle_in(found) == ["reading.a", "reading.b", "reading.c"]


def test_every_folder_has_a_band_of_its_own() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert folders - {"publish"} <= BANDS.keys()  # That one is public, among those of the root.


def test_the_picture_is_the_code() -> None:
    drawn = PICTURE.read_text(encoding="utf-8")
    assert drawn == picture(MODULES), "run python tests/architecture.py"
