"""Whether a bundle may be ranked and, if not, the record that says why."""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from taskclf.model_registry.contract.base import built
from taskclf.model_registry.contract.documents import ModelMetadata
from taskclf.model_registry.contract.given import GivenFields
from taskclf.model_registry.contract.printable import quoted, some_of
from taskclf.model_registry.contract.problem import Problem
from taskclf.model_registry.reading.bundle import ModelBundle
from taskclf.model_registry.selection.gates import failed_gates
from taskclf.model_registry.selection.policy import SelectionPolicy
from taskclf.model_registry.selection.report import ExclusionRecord

Judged = tuple[list[ModelBundle], list[ExclusionRecord]]

_HASH_SHOWN = 12
_PROBLEMS_SHOWN = 20

_ALL_FIELDS = GivenFields(ExclusionRecord.model_fields)
_ALL_OF_A_PROBLEM = GivenFields(Problem.model_fields)


def exclusion(
    bundle: ModelBundle, policy: SelectionPolicy, schema_hash: str, labels: frozenset[str]
) -> ExclusionRecord | None:
    """Return why the bundle is not eligible, or None if it is.

    Args:
        bundle: The bundle to judge.
        policy: The gates that it must pass.
        schema_hash: The feature schema that is required.
        labels: The labels that are required.
    """
    documents = bundle.documents
    if documents is None:
        reason, problems = f"invalid: {bundle.invalid_reason}", [*bundle.problems]
    elif problems := mismatches(documents[0], schema_hash, labels):
        reason = f"incompatible: {_in_words(problems)}"
    elif problems := failed_gates(bundle, policy):
        reason = f"constraint: {_in_words(problems)}"
    else:
        return None
    return built(
        ExclusionRecord,
        _ALL_FIELDS,
        {
            "model_id": bundle.model_id,
            "path": bundle.path,
            "reason": reason,
            "problems": problems,
        },
    )


def judged(
    bundles: Iterable[ModelBundle],
    policy: SelectionPolicy,
    schema_hash: str,
    labels: frozenset[str],
) -> Judged:
    """Return the eligible bundles, and a record for each of the rest."""
    eligible: list[ModelBundle] = []
    excluded: list[ExclusionRecord] = []
    for bundle in bundles:
        record = exclusion(bundle, policy, schema_hash, labels)
        if record is None:
            eligible.append(bundle)
        else:
            excluded.append(record)
    return eligible, excluded


def required_labels(schema_hash: str, labels: Collection[str]) -> frozenset[str]:
    """Check both requirements, and return the labels as a set.

    Raises:
        TypeError: If `schema_hash` is not a string, or if `labels` is a single string or holds
            anything but strings.
    """
    if not isinstance(schema_hash, str):
        raise TypeError(f"required_schema_hash should be a str, not {type(schema_hash).__name__}")
    if isinstance(labels, str):
        raise TypeError(
            "required_label_set should be a collection of labels such as {'Build', 'Debug'}, "
            f"not the single str {quoted(labels)}"
        )
    label_set = frozenset(labels)
    for label in label_set:
        if not isinstance(label, str):
            raise TypeError(f"required_label_set should hold only str, not {type(label).__name__}")
    return label_set


def mismatches(found: ModelMetadata, schema_hash: str, labels: frozenset[str]) -> list[Problem]:
    """Return how a bundle's metadata differs from the required schema hash and labels."""
    problems = []
    if found.schema_hash != schema_hash:
        # A few characters tell two hashes apart, unless they start alike.
        alike = found.schema_hash[:_HASH_SHOWN] == schema_hash[:_HASH_SHOWN]
        required, other = (
            quoted(value, 80 if alike else _HASH_SHOWN + 3)
            for value in (schema_hash, found.schema_hash)
        )
        problems.append(_mismatch("schema_hash", f"required {required}, found {other}"))
    if labels != set(found.label_set):
        missing = labels.difference(found.label_set)
        unexpected = set(found.label_set) - labels
        differences = [
            f"{word} {some_of(which)}"
            for word, which in (("missing", missing), ("unexpected", unexpected))
            if which
        ]
        problems.append(_mismatch("label_set", "; ".join(differences)))
    return problems


@lru_cache(maxsize=256)  # Where one bundle has another schema, hundreds have the same.
def _mismatch(field: str, difference: str) -> Problem:
    return built(
        Problem,
        _ALL_OF_A_PROBLEM,
        {
            "document": "metadata.json",
            "pointer": f"/{field}",
            "type": f"{field}_mismatch",
            "message": f"{field} mismatch ({difference})",
        },
    )


def _in_words(problems: Sequence[Problem]) -> str:
    messages = [problem.message for problem in problems]
    if len(messages) > _PROBLEMS_SHOWN:
        messages[_PROBLEMS_SHOWN:] = [f"and {len(messages) - _PROBLEMS_SHOWN} more"]
    return "; ".join(messages)
