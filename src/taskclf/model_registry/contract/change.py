"""Where two documents of one kind differ, value by value."""

import json
from collections.abc import Iterator

from pydantic import Field, JsonValue

from taskclf.model_registry.contract.base import ContractModel
from taskclf.model_registry.contract.documents import BundleMetrics, DocumentName, ModelMetadata


class Change(ContractModel):
    """One value that differs between two documents."""

    document: DocumentName | None = Field(examples=["metadata.json"])
    """The document; null if the value belongs to a selection report."""

    pointer: str = Field(examples=["/params/C"])
    """Place in the document as a JSON Pointer (RFC 6901)."""

    before: JsonValue = Field(default=None, examples=[1.0])
    """The earlier value; null if there was none."""

    after: JsonValue = Field(default=None, examples=[10.0])
    """The later value; null if there is none."""


def metadata_changes(before: ModelMetadata, after: ModelMetadata) -> list[Change]:
    """Return what differs in `metadata.json`, `params` key by key; labels in any order."""
    documents = [document.model_dump(mode="json") for document in (before, after)]
    for document in documents:
        document["label_set"].sort()
    return list(value_changes("metadata.json", documents[0], documents[1]))


def metrics_changes(before: BundleMetrics, after: BundleMetrics) -> list[Change]:
    """Return what differs in `metrics.json`, the matrix row by row."""
    one, other = (document.model_dump(mode="json") for document in (before, after))
    return list(value_changes("metrics.json", one, other))


def value_changes(
    document: DocumentName | None, before: JsonValue, after: JsonValue, pointer: str = ""
) -> Iterator[Change]:
    """Yield what differs: objects key by key, a matrix row by row, other arrays as a whole.

    Values are compared as they are written: `1` and `1.0` differ, as do `1` and `true`.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before | after:
            token = key.replace("~", "~0").replace("/", "~1")
            place = f"{pointer}/{token}"
            yield from value_changes(document, before.get(key), after.get(key), place)
    elif _written(before) != _written(after):
        if (
            isinstance(before, list)
            and isinstance(after, list)
            and len(before) == len(after)
            and all(isinstance(row, list) for row in before + after)
        ):
            for index, rows in enumerate(zip(before, after, strict=True)):
                yield from value_changes(document, *rows, f"{pointer}/{index}")
        else:
            yield Change(document=document, pointer=pointer, before=before, after=after)


def _written(value: JsonValue) -> str:
    return json.dumps(value, sort_keys=True)
