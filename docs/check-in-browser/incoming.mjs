// How files come in: by an input, or dropped on the page. Both give entries for `choice.mjs`.
import { DOCUMENTS } from "./choice.mjs";

/** Take the files of an input out of it. */
export function listed(input) {
  const entries = [...input.files].map((data) => ({ path: data.webkitRelativePath || data.name, data }));
  input.value = ""; // or the same choice, mended meanwhile, would be no change
  return entries;
}

/**
 * List what was dropped. Bundles lie at most one level down, so nothing deeper is looked at.
 *
 * @param {FileSystemEntry[]} roots
 */
export async function dropped(roots) {
  const found = [];
  await Promise.all(roots.map((entry) => walk(entry, entry.name, 0)));
  return found;

  async function walk(entry, path, depth) {
    if (entry.isFile) {
      if (DOCUMENTS.includes(entry.name)) found.push({ path, data: await file(entry) });
      else if (depth === 0) found.push({ path, data: new Blob() });
      return;
    }
    if (depth < 2 || DOCUMENTS.includes(entry.name)) found.push({ path, data: null });
    if (depth === 2) return;
    const reader = entry.createReader();
    for (;;) {
      const part = await entries(reader); // at most 100 of them
      if (!part.length) return;
      const visible = part.filter(({ name }) => !name.startsWith("."));
      await Promise.all(visible.map((child) => walk(child, `${path}/${child.name}`, depth + 1)));
    }
  }
}

function entries(reader) {
  return new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
}

function file(entry) {
  return new Promise((resolve, reject) => { entry.file(resolve, reject); });
}
