"""The contract as JSON Schema (draft 2020-12), for producers in any language.

The schemas are generated from the models. What the models require beyond JSON Schema is listed in
`RULES_BEYOND_SCHEMA` and in each schema's `$comment`. `taskclf-registry schema` prints, writes and
checks the schemas.
"""

import errno
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from taskclf.model_registry.changes import Changes
from taskclf.model_registry.compare import Comparison
from taskclf.model_registry.contract.documents import BundleMetrics, ModelMetadata
from taskclf.model_registry.explain import Explanation
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.reading.files import MAX_DOCUMENT_BYTES, read_documents
from taskclf.model_registry.selection.policy import SelectionPolicy
from taskclf.model_registry.selection.report import SelectionReport

__all__ = [
    "CONTRACTS",
    "RULES_BEYOND_SCHEMA",
    "JsonSchema",
    "Rule",
    "json_schemas",
    "stale_schemas",
    "write_schemas",
]

JsonSchema = dict[str, Any]
"""A JSON Schema, parsed."""

_ANY_VALUE = {"$ref": "#/$defs/JsonValue"}

CONTRACTS: dict[str, type[BaseModel]] = {
    "model_metadata": ModelMetadata,
    "bundle_metrics": BundleMetrics,
    "selection_policy": SelectionPolicy,
    "model_bundle": ModelBundle,
    "selection_report": SelectionReport,
    "explanation": Explanation,
    "comparison": Comparison,
    "changes": Changes,
}
"""Every contract by name. The file of its schema is `<name>.schema.json`."""

_METADATA = ("model_metadata", "model_bundle", "selection_report")
_METRICS = ("bundle_metrics", "model_bundle", "selection_report")
_BUNDLE = ("model_bundle", "selection_report")
_REPORT = ("selection_report",)
_POLICY = ("selection_policy", "selection_report")
_READ = ("model_metadata", "bundle_metrics")
_ALL = tuple(CONTRACTS)


@dataclass(frozen=True)
class Rule:
    """One requirement of a model that its schema cannot express.

    Attributes:
        name: Stable name, used by the conformance kit.
        text: The rule in one sentence.
        contracts: The contracts that it applies to.
    """

    name: str
    text: str
    contracts: tuple[str, ...]


RULES_BEYOND_SCHEMA = (
    Rule(
        "square-matrix",
        "`confusion_matrix` has one row, and each row one cell, for each label in `label_names`.",
        _METRICS,
    ),
    Rule("date-order", "`train_date_to` is not before `train_date_from`.", _METADATA),
    Rule(
        "calendar",
        "Dates exist in the calendar. Validators check this only with `format` checks turned on, "
        "which draft 2020-12 leaves off by default.",
        (*_METADATA, "explanation"),
    ),
    Rule(
        "finite-number",
        "A number in `params`, or a `margin`, with a fraction or an exponent fits a 64-bit float; "
        "`1e400` does not.",
        (*_METADATA, "explanation"),
    ),
    Rule(
        "plain-integer",
        "An integer of any size (`unknown_category_freq_threshold`, the support of a class) is "
        "written without a fraction or an exponent from 2^63 on.",
        (*_METADATA, "comparison"),
    ),
    Rule("integer-length", "An integer has at most 4300 digits.", _ALL),
    Rule("depth", "Arrays and objects are nested at most 200 levels deep.", _ALL),
    Rule("params-depth", "`params` is nested at most 100 levels deep, itself included.", _METADATA),
    Rule("json-number", "`NaN` and `Infinity` are not JSON, even if a parser accepts them.", _READ),
    Rule("unicode", "The escape of a surrogate (`\\ud800`) is part of a pair.", _ALL),
    Rule("utf-8", "The document is UTF-8; a byte order mark is allowed.", _READ),
    Rule("duplicate-key", "No key of the contract occurs twice in a document.", _READ),
    Rule("document-size", "The document has at most 4 MiB (4,194,304 bytes).", _READ),
    Rule(
        "verdict",
        "`valid` is true exactly if `invalid_reason` is null; then both documents are there and "
        "`problems` is empty.",
        _BUNDLE,
    ),
    Rule("created-at", "`created_at` equals that of `metadata`, if there is one.", _BUNDLE),
    Rule("gate-version", "A gate needs policy version 2; version 1 has none.", _POLICY),
    Rule(
        "gate-label",
        "`min_precision` and `min_recall` of the policy name only required labels.",
        _REPORT,
    ),
    Rule("best-first", "`best` is the first of `ranked`, or null if nothing is ranked.", _REPORT),
    Rule("ranked-valid", "Every bundle in `ranked` is valid.", _REPORT),
    Rule("ranked-order", "`ranked` is in the policy's order, best first.", _REPORT),
    Rule("excluded-order", "`excluded` is sorted by `model_id`.", _REPORT),
    Rule("one-decision", "Each bundle is either ranked or excluded, once.", _REPORT),
    Rule("label-order", "`required_label_set` is sorted, without repeats.", _REPORT),
)
"""What the models refuse although their schemas accept it."""


class _ContractSchema(GenerateJsonSchema):
    """pydantic's generator without titles that only repeat the name of a property."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the base's signature
        return False


def json_schemas() -> dict[str, JsonSchema]:
    """Return the JSON Schema of every contract, by file name.

    Raises:
        RuntimeError: If Python runs without docstrings (`-OO`) or without the sources, which say
            what each field means.
    """
    for model in CONTRACTS.values():
        if not model.__doc__ or not all(f.description for f in model.model_fields.values()):
            raise RuntimeError(
                "The schemas are described by the sources: run Python without -OO, and with the "
                ".py files of this package"
            )
    return {f"{name}.schema.json": _json_schema(name) for name in CONTRACTS}


def _json_schema(name: str) -> JsonSchema:
    model = CONTRACTS[name]
    generated = _tidy(model.model_json_schema(schema_generator=_ContractSchema))
    generated.get("$defs", {}).pop("JsonValue", None)
    title, description = generated.pop("title"), generated.pop("description")
    definitions: JsonSchema = {}
    for schema in generated.pop("$defs", {}).values():
        _reference(schema, definitions)
    generated = _referring(generated, definitions)
    rules = " ".join(rule.text for rule in RULES_BEYOND_SCHEMA if name in rule.contracts)
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": f"urn:taskclf:model-registry:v1:{name.replace('_', '-')}",
        "title": title,
        "description": description,
        "$comment": f"Readers also require what JSON Schema cannot express. {rules}",
        **generated,
        **({"$defs": definitions} if definitions else {}),
    }


def _tidy(schema: Any) -> Any:
    """Keep of each description its first paragraph, on one line, and say "any value" plainly."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema == _ANY_VALUE:
        return True
    tidied = {
        key: _tidy(value) for key, value in schema.items() if (key, value) not in _ANY_VALUE.items()
    }
    if isinstance(description := schema.get("description"), str):
        tidied["description"] = " ".join(description.partition("\n\n")[0].split())
    return tidied


def _referring(schema: Any, definitions: JsonSchema) -> Any:
    """Put a reference in place of every schema that has a title, which becomes a definition."""
    if isinstance(schema, list):
        return [_referring(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("title"), str):
        return _reference(schema, definitions)
    return {key: _referring(value, definitions) for key, value in schema.items()}


def _reference(schema: JsonSchema, definitions: JsonSchema) -> JsonSchema:
    """Define the schema by its title; what a field says about itself stays beside the reference."""
    name = schema["title"]
    if "properties" in schema or "enum" in schema:
        about: JsonSchema = {}  # quicktype names objects and choices by their titles.
    else:
        # With a title, json-schema-to-typescript would declare a type for each reference.
        about = {key: schema[key] for key in ("description", "examples") if key in schema}
        schema = {key: value for key, value in schema.items() if key not in {*about, "title"}}
    definitions[name] = {key: _referring(value, definitions) for key, value in schema.items()}
    return {"$ref": f"#/$defs/{name}", **about}


def write_schemas(directory: Path) -> None:
    """Write every schema into the directory, creating it if necessary.

    All are written under temporary names before any file is replaced. A link or a FIFO in place of
    a file is replaced as well, never written to.

    Raises:
        OSError: If the directory or a file cannot be written.
        RuntimeError: As `json_schemas`.
    """
    schemas = json_schemas()
    directory.mkdir(parents=True, exist_ok=True)
    for name in schemas:
        if stat.S_ISDIR(_mode(directory / name)):
            raise IsADirectoryError(errno.EISDIR, "Is a directory", str(directory / name))
    written: list[tuple[Path, Path]] = []
    try:
        for name, schema in schemas.items():
            written.append((directory / f".{os.urandom(8).hex()}.tmp", directory / name))
            with open(written[-1][0], "x", encoding="utf-8", newline="\n") as file:
                file.write(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
        for temporary, path in written:
            os.replace(temporary, path)
    except BaseException:
        for temporary, _ in written:
            temporary.unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    try:
        return os.lstat(path).st_mode
    except FileNotFoundError:
        return 0


def stale_schemas(directory: Path) -> Iterator[str]:
    """Yield a sentence for each schema in the directory that differs from the models.

    Parsed JSON is compared, because releases of pydantic write the same number as `1` or `1.0`.

    Raises:
        OSError: If the directory cannot be opened.
        RuntimeError: As `json_schemas`.
    """
    schemas = json_schemas()
    for name, content in read_documents(directory, schemas, MAX_DOCUMENT_BYTES).items():
        if isinstance(content, OSError):
            yield f"{name}: {content.strerror}"
            continue
        try:
            committed = json.loads(content)
        except (RecursionError, ValueError) as error:
            yield f"{name}: not JSON: {error}"
        else:
            if committed != schemas[name]:
                yield f"{name}: differs from the models"
