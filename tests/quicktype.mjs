// Types that quicktype generates from a schema. Arguments: the schema's file, the name of its type;
// output: TypeScript. Its command line comes with 200 MB of other inputs, its core with this one.

import { readFileSync } from "node:fs";
import { FetchingJSONSchemaStore, InputData, JSONSchemaInput, quicktype } from "quicktype-core";

const [file, name] = process.argv.slice(2);
const input = new JSONSchemaInput(new FetchingJSONSchemaStore());
await input.addSource({ name, schema: readFileSync(file, "utf8") });
const inputData = new InputData();
inputData.addInput(input);
const { lines } = await quicktype({
  inputData,
  lang: "typescript",
  rendererOptions: { "just-types": "true" },
});
console.log(lines.join("\n"));
