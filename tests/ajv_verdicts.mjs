// What ajv, a JSON Schema validator for JavaScript, says of documents. Input on stdin:
// [{"contract": "bundle_metrics", "base64": "..."}, ...]; output: an array of verdicts.

import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const ajv = new Ajv2020({ strict: true });
addFormats(ajv);

const validators = new Map();
function validatorOf(contract) {
  if (!validators.has(contract)) {
    const schema = new URL(`../schemas/v1/${contract}.schema.json`, import.meta.url);
    validators.set(contract, ajv.compile(JSON.parse(readFileSync(schema, "utf8"))));
  }
  return validators.get(contract);
}

function parsed(base64) {
  // Drops a byte order mark, and refuses what is not UTF-8.
  const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(base64, "base64"));
  return JSON.parse(text);
}

function verdict({ contract, base64 }) {
  let document;
  try {
    document = parsed(base64);
  } catch {
    return "not JSON";
  }
  return validatorOf(contract)(document) ? "valid" : "invalid";
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(verdict)));
