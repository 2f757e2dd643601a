"""Files of the site that are made elsewhere: the JSON Schemas, and the report of the examples.

They are published as they are. Copies in `docs/` could differ from what they copy.
"""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from taskclf.model_registry import SelectionPolicy, find_best_model, read_bundle
from taskclf.model_registry.rendering.html import as_html
from taskclf.model_registry.rendering.report import page_of_report

ROOT = Path(__file__).parents[2]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the schemas with their conformance kit, and `report.html`."""
    for path in sorted((ROOT / "schemas").rglob("*")):
        if path.is_file() and path.suffix != ".md":
            target = path.relative_to(ROOT).as_posix()
            files.append(File.generated(config, target, content=path.read_bytes()))
    files.append(File.generated(config, "report.html", content=example_report()))
    return files


def example_report() -> str:
    """Return the report of the example bundles as HTML, with paths as from the repository."""
    wanted = read_bundle(ROOT / "examples" / "models" / "digits-svm-c1").metadata
    assert wanted is not None  # noqa: S101 - it is committed
    report = find_best_model(
        ROOT / "examples" / "models", SelectionPolicy(), wanted.schema_hash, wanted.label_set
    )
    return as_html(page_of_report(report)).replace(f"{ROOT}/", "")
