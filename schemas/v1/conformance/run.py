import json
from pathlib import Path

from jsonschema import Draft202012Validator as Validator  # pip install jsonschema rfc3339-validator

KIT = Path("schemas/v1/conformance")
FORMATS = Validator.FORMAT_CHECKER
assert "date-time" in FORMATS.checkers, "30 February would pass: pip install rfc3339-validator"


def verdict(contract, document):
    schema = json.loads((KIT.parent / f"{contract}.schema.json").read_text(encoding="utf-8"))
    try:
        parsed = json.loads((KIT / document).read_bytes())
    except (FileNotFoundError, RecursionError, ValueError):
        return "not JSON"
    return "valid" if Validator(schema, format_checker=FORMATS).is_valid(parsed) else "invalid"


manifest, surprises = json.loads((KIT / "manifest.json").read_text(encoding="utf-8")), []
for case in manifest["cases"]:
    expected = case.get("deviations", {}).get("jsonschema", case["schema"])
    if verdict(case["contract"], case["document"]) != expected:
        surprises.append(case["document"])
for case in manifest["bundles"]:
    metadata = verdict("model_metadata", f"{case['directory']}/metadata.json")
    metrics = verdict("bundle_metrics", f"{case['directory']}/metrics.json")
    if (metadata == metrics == "valid") != (case["schema"] == "valid"):
        surprises.append(case["directory"])
print("surprises:", surprises or "none")
