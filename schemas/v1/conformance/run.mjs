import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js"; // npm install ajv ajv-formats
import addFormats from "ajv-formats";

const KIT = "schemas/v1/conformance";
const ajv = new Ajv2020({ strict: true }); // Strict: without addFormats it refuses the schemas.
addFormats(ajv);
const manifest = JSON.parse(readFileSync(`${KIT}/manifest.json`, "utf8"));

function verdict(contract, document) {
  const file = `${KIT}/../${contract}.schema.json`;
  const id = `urn:taskclf:model-registry:v1:${contract.replaceAll("_", "-")}`;
  const validate = ajv.getSchema(id) ?? ajv.compile(JSON.parse(readFileSync(file, "utf8")));
  try {
    // TextDecoder drops a byte order mark, and refuses what is not UTF-8.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(`${KIT}/${document}`));
    return validate(JSON.parse(text)) ? "valid" : "invalid";
  } catch {
    return "not JSON";
  }
}

const expected = (name) => ({ deviations, schema }) => deviations?.[name] ?? schema;
const ofCases = manifest.cases.filter((c) => verdict(c.contract, c.document) !== expected("ajv")(c));
const parts = { model_metadata: "metadata.json", bundle_metrics: "metrics.json" };
const isValid = (bundle) =>
  Object.entries(parts).every(([name, file]) => verdict(name, `${bundle.directory}/${file}`) === "valid");
const ofBundles = manifest.bundles.filter((b) => isValid(b) !== (b.schema === "valid"));
const surprises = [...ofCases.map((c) => c.document), ...ofBundles.map((b) => b.directory)];
console.log("surprises:", surprises.length ? surprises : "none");
