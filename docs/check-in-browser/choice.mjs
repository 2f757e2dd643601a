// What was chosen: one bundle, several, or a models directory. Or a sentence that says what to do.

export const DOCUMENTS = ["metadata.json", "metrics.json"];
export const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024; // what the library reads of a document
export const MAX_BUNDLES = 20_000;
export const MAX_TOTAL_BYTES = 512 * 1024 * 1024;

// What a second document of the same name becomes on its way here.
const SIMILAR = /^(metadata|metrics)\W.*\.json$/;
const COMMAND_LINE = "use taskclf-registry, which has no such limit";

/** An answer in place of a result, for people. */
export class Refusal extends Error {}

/**
 * Sort what a browser handed over.
 *
 * @param {{path: string, data: Blob | null}[]} entries Files by path, as in "models/a/metrics.json";
 *     a directory that may be empty has no data.
 * @returns {{kind: "bundles" | "models", name: string, bundles: string[],
 *     documents: {path: string, data: Blob}[]}} The directories of bundles, and the documents in them.
 * @throws {Refusal} If that is nothing to check.
 */
export function understood(entries) {
  const tree = treeOf(entries);
  const directories = [...tree].filter(([, node]) => node instanceof Map);
  const loose = DOCUMENTS.filter((name) => tree.has(name) && !directories.some(([own]) => own === name));
  if (!entries.length) throw new Refusal("Nothing was handed over. Choose a directory, or two documents.");
  if (loose.length && directories.length) {
    throw new Refusal("These are documents and directories. Choose the two documents of one bundle, or directories.");
  }
  if (loose.length) {
    const similar = [...tree.keys()].find((name) => SIMILAR.test(name));
    if (similar) throw new Refusal(`${shown(similar)} is not the name of a document. Choose the two documents of one bundle.`);
    return limited("bundles", "bundle", new Map([["bundle", tree]]));
  }
  if (!directories.length) {
    throw new Refusal(`No file here is called ${DOCUMENTS.join(" or ")}. Choose these two, or the directory that holds them.`);
  }
  if (directories.every(([, node]) => isBundle(node)) && !directories.some(([, node]) => holdsBundles(node))) {
    return limited("bundles", directories.length === 1 ? directories[0][0] : "", new Map(directories));
  }
  if (directories.length > 1) {
    const [name] = directories.find(([, node]) => !isBundle(node) || holdsBundles(node));
    throw new Refusal(`${shown(name)} is not a bundle. Choose several bundles, or one models directory.`);
  }
  const [[name, models]] = directories;
  if (!holdsBundles(models)) throw new Refusal(whereInstead(name, models));
  const bundles = [...models].filter(([own, node]) => node instanceof Map && !own.startsWith("."));
  return limited("models", name, new Map(bundles.map(([own, node]) => [`${name}/${own}`, node])));
}

/** Show a name in a sentence: whatever is not printable, or turns the text around, is escaped. */
export function shown(name) {
  const visible = name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (sign) => `\\u{${sign.codePointAt(0).toString(16)}}`);
  return `“${visible.length > 80 ? `${visible.slice(0, 79)}…` : visible}”`;
}

function treeOf(entries) {
  const root = new Map();
  for (const { path, data } of entries) {
    const names = path.toWellFormed().split("/");
    let node = root;
    for (const name of data ? names.slice(0, -1) : names) {
      if (!(node.get(name) instanceof Map)) node.set(name, new Map());
      node = node.get(name);
    }
    if (!data) continue;
    const name = names.at(-1);
    if (DOCUMENTS.includes(name) && node.has(name)) {
      throw new Refusal(`Two files are called ${shown(names.join("/"))}. Choose one bundle, or directories with different names.`);
    }
    node.set(name, data);
  }
  return root;
}

function isBundle(node) {
  return node instanceof Map && DOCUMENTS.some((name) => node.has(name));
}

function holdsBundles(node) {
  return [...node].some(([name, child]) => !name.startsWith(".") && isBundle(child));
}

function whereInstead(name, node) {
  const deeper = firstBundle(node, name);
  if (deeper) {
    const parent = deeper.slice(0, deeper.lastIndexOf("/"));
    return `${shown(name)} is not a models directory: bundles lie deeper in it. Choose ${shown(parent)}.`;
  }
  return `No ${DOCUMENTS.join(" and no ")} in ${shown(name)}. Choose a bundle, or the directory that holds bundles.`;
}

function firstBundle(node, path) {
  for (const [name, child] of node) {
    if (!(child instanceof Map)) continue;
    if (isBundle(child)) return `${path}/${name}`;
    const deeper = firstBundle(child, `${path}/${name}`);
    if (deeper) return deeper;
  }
  return null;
}

function limited(kind, name, nodes) {
  const documents = [];
  let total = 0;
  const bundles = [...nodes.keys()].sort(); // as a shell lists them; browsers do not
  for (const path of bundles) {
    const node = nodes.get(path);
    for (const own of DOCUMENTS) {
      const data = node.get(own);
      if (data instanceof Blob) {
        documents.push({ path: `${path}/${own}`, data });
        if (data.size <= MAX_DOCUMENT_BYTES) total += data.size;
      } else if (data) {
        documents.push({ path: `${path}/${own}`, data: null }); // a directory of that name
      }
    }
  }
  if (nodes.size > MAX_BUNDLES) {
    throw new Refusal(`${nodes.size} bundles are more than a browser should hold (${MAX_BUNDLES}): ${COMMAND_LINE}.`);
  }
  if (total > MAX_TOTAL_BYTES) {
    throw new Refusal(`These documents are larger than a browser should hold (${MAX_TOTAL_BYTES >> 20} MiB): ${COMMAND_LINE}.`);
  }
  return { kind, name, bundles, documents };
}
