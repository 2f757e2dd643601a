// The library, in Python, on a thread of its own: the page stays responsive, and can stop it.
import RUNTIME from "./runtime.mjs";

const HOME = "/chosen";
const at = (name) => new URL(`${RUNTIME.directory}${name}`, import.meta.url).href;

const WAYS_OUT = [
  "fetch", "XMLHttpRequest", "WebSocket", "WebSocketStream", "WebTransport", "EventSource",
  "BroadcastChannel", "Worker", "caches", "indexedDB",
];

// Documents that are read at once: each wait is a message to another process, and takes memory there.
const TOGETHER = 500;

const network = globalThis.fetch;
let arrived = 0;

/** Fetch, and tell the page how much has arrived. */
async function fetched(address, ...rest) {
  const answer = await network(address, ...rest).catch(() => null);
  const name = String(address).split("/").at(-1);
  if (!answer?.ok) {
    const failed = `${name} did not arrive (${answer ? answer.status : "no answer"})`;
    postMessage({ failed }); // at once: Pyodide would wait for its own part forever
    throw new Error(failed);
  }
  const reader = answer.clone().body.getReader();
  (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      progress(value.length);
    }
  })().catch(() => {}); // whoever reads the answer sees the error
  return answer;
}

function progress(bytes) {
  arrived += bytes;
  postMessage({ arrived });
}

async function interpreter() {
  const modules = ["pyodide.mjs", "pyodide.asm.mjs"].map((name) => import(at(name)));
  const [{ loadPyodide }] = await Promise.all(modules);
  progress(RUNTIME.moduleBytes);
  return loadPyodide({
    indexURL: at(""),
    stdLibURL: at("stdlib.zip"),
    lockFileContents: RUNTIME.lock,
    env: { HOME: "/", PYTHONDONTWRITEBYTECODE: "1" },
  });
}

async function started() {
  globalThis.fetch = fetched; // Pyodide's own requests, too
  const [python, library, examples] = await Promise.all([
    interpreter(),
    fetched(at("library.zip")).then((answer) => answer.arrayBuffer()),
    fetched(at("examples.json")).then((answer) => answer.json()),
  ]);
  python.unpackArchive(library, "zip", { extractDir: RUNTIME.packages });
  const { run, requirements, warm_up } = python.pyimport("in_page");
  warm_up();
  // From here on the only way out of this thread is a message to the page.
  for (const name of WAYS_OUT) Object.defineProperty(globalThis, name, { value: undefined });
  return { python, examples, run, requirements };
}

/** Put documents where the command line will find them, and nothing else. */
async function mount({ FS }, bundles, documents) {
  FS.chdir("/");
  if (FS.analyzePath(HOME).exists) FS.unmount(HOME);
  else FS.mkdir(HOME);
  FS.mount(FS.filesystems.MEMFS, {}, HOME);
  withoutPrototype(FS, HOME);
  for (const path of bundles) {
    const parent = `${HOME}/${path}`.slice(0, -path.split("/").at(-1).length - 1);
    if (!FS.analyzePath(parent).exists) {
      FS.mkdir(parent);
      withoutPrototype(FS, parent);
    }
    FS.mkdir(`${HOME}/${path}`);
  }
  for (let start = 0; start < documents.length; start += TOGETHER) {
    const part = documents.slice(start, start + TOGETHER);
    const contents = await Promise.all(part.map(({ data }) => data?.arrayBuffer()));
    part.forEach(({ path, size }, index) => {
      const target = `${HOME}/${path}`;
      if (size === undefined) {
        FS.mkdir(target);
      } else {
        FS.writeFile(target, new Uint8Array(contents[index] ?? 0));
        FS.lookupPath(target).node.usedBytes = size; // all that is kept of one that is too large
      }
    });
  }
  FS.chdir(HOME);
}

/** Let a directory hold any name: its object would lose an entry that is called `__proto__`. */
function withoutPrototype(FS, path) {
  FS.lookupPath(path).node.contents = Object.create(null);
}

const COMMANDS = {
  examples: ({ examples }) => examples,
  open: async ({ python }, { bundles, documents }) => { await mount(python, bundles, documents); },
  requirements: ({ requirements }, { models }) => list(requirements(models)),
  run: ({ run }, { options }) => {
    const [code, output, complaint] = list(run(options));
    return { code, output, complaint };
  },
};

function list(proxy) {
  const value = proxy.toJs();
  proxy.destroy();
  return value;
}

const library = started();
library.then(() => postMessage({ ready: true }), (error) => {
  console.error(error);
  postMessage({ failed: "it could not start" });
});

async function answer({ id, command, ...content }) {
  try {
    postMessage({ id, result: await COMMANDS[command](await library, content) });
  } catch (error) {
    postMessage({ id, error: String(error.message), name: error.name });
  }
}

let last = Promise.resolve();
onmessage = ({ data }) => { last = last.then(() => answer(data)); }; // one after the other
