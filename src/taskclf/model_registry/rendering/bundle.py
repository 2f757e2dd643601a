"""The page about one bundle: its scores, its documents, or what is wrong with it."""

from taskclf.model_registry.contract.documents import ModelMetadata
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.rendering.blocks import count_of, matrix_of, problem_line, shown
from taskclf.model_registry.rendering.content import Block, Facts, Group, Groups, Page, Section


def page_of_bundle(bundle: ModelBundle) -> Page:
    """Describe one bundle: its scores and its documents, and all problems of an invalid one."""
    facts: list[tuple[str, str]] = [("Path", str(bundle.path))]
    blocks: list[Block] = []
    sections: list[Section] = []
    if bundle.metrics is not None:
        facts.insert(0, ("Macro F1", f"{bundle.metrics.macro_f1:.4f}"))
        facts.insert(1, ("Weighted F1", f"{bundle.metrics.weighted_f1:.4f}"))
        matrix = matrix_of(bundle.model_id, bundle.metrics)
        sections.append(Section("Confusion matrix", matrix))
    if bundle.metadata is not None:
        facts += _metadata_facts(bundle.metadata)
    if bundle.problems:
        lines = tuple(problem_line(problem) for problem in bundle.problems)
        blocks.append(Groups((Group(count_of(len(lines), "problem"), lines),)))
    verdict = "valid" if bundle.valid else "invalid"
    return Page(
        title="Model bundle",
        outcome=f"{bundle.model_id} is {verdict}",
        good=bundle.valid,
        blocks=(*blocks, Facts(tuple(facts))),
        sections=tuple(sections),
    )


def _metadata_facts(metadata: ModelMetadata) -> list[tuple[str, str]]:
    facts = [
        ("Created at", str(metadata.created_at)),
        ("Labels", ", ".join(metadata.label_set)),
        (
            "Feature schema",
            f"{shown(metadata.schema_version)}, hash {shown(metadata.schema_hash)}",
        ),
        ("Training data", f"{metadata.train_date_from} to {metadata.train_date_to}"),
        ("Dataset hash", shown(metadata.dataset_hash)),
        ("Git commit", shown(metadata.git_commit)),
        ("Parameters", shown(metadata.params)),
    ]
    optional = {
        "Data provenance": metadata.data_provenance,
        "Reject threshold": metadata.reject_threshold,
        "Unknown below": metadata.unknown_category_freq_threshold,
        "Masked as unknown": metadata.unknown_category_mask_rate,
    }
    return facts + [(name, shown(v)) for name, v in optional.items() if v is not None]
