"""Three independent JSON Schema validators, each on documents as bytes, with format assertion on.

Every validator comes with the parser of its language, since a producer meets both: what a parser
lets pass or refuses is part of the verdict.
"""

import base64
import json
import shutil
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal

import jsonschema
import jsonschema_rs

ROOT = Path(__file__).parents[1]

Verdict = Literal["valid", "invalid", "not JSON"]
Document = tuple[str, bytes]
"""The name of a contract, and a document's bytes."""


@cache
def schema_of(contract: str) -> dict[str, Any]:
    path = ROOT / "schemas" / "v1" / f"{contract}.schema.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def _python(judge: Callable[[str, Any], bool]) -> Callable[[Iterable[Document]], list[Verdict]]:
    def verdict(contract: str, content: bytes) -> Verdict:
        try:
            document = json.loads(content)
        except (ValueError, RecursionError):
            return "not JSON"
        return "valid" if judge(contract, document) else "invalid"

    return lambda documents: [verdict(*document) for document in documents]


@cache
def _jsonschema(contract: str) -> Any:
    cls = jsonschema.Draft202012Validator
    return cls(schema_of(contract), format_checker=cls.FORMAT_CHECKER)


@cache
def _jsonschema_rs(contract: str, *, formats: bool = True) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema_of(contract), validate_formats=formats)


def _ajv(documents: Iterable[Document]) -> list[Verdict]:
    text = json.dumps(
        [
            {"contract": contract, "base64": base64.b64encode(content).decode()}
            for contract, content in documents
        ]
    )
    run = subprocess.run(
        ["node", ROOT / "tests" / "ajv_verdicts.mjs"],  # noqa: S607 - Node is where it is
        capture_output=True, check=True, input=text, text=True,
    )  # fmt: skip
    verdicts: list[Verdict] = json.loads(run.stdout)
    return verdicts


without_formats = _python(
    lambda name, document: _jsonschema_rs(name, formats=False).is_valid(document)
)

VALIDATORS: dict[str, Callable[[Iterable[Document]], list[Verdict]]] = {
    "jsonschema": _python(lambda name, document: _jsonschema(name).is_valid(document)),
    "jsonschema-rs": _python(lambda name, document: _jsonschema_rs(name).is_valid(document)),
    "ajv": _ajv,
}
"""By the name of their package: for Python, Rust (through its Python binding), JavaScript."""

HAS_NODE = shutil.which("node") is not None and (ROOT / "node_modules" / "ajv").is_dir()
NEEDS_NODE = "needs Node.js, and what `make conformance` installs with npm"
