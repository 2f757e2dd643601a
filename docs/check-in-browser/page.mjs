// The page: takes files, hands them to the library, shows what it answers.
import RUNTIME from "./runtime.mjs";
import { MAX_DOCUMENT_BYTES, Refusal, shown, understood } from "./choice.mjs";
import { dropped, listed } from "./incoming.mjs";
import { Broken, Library } from "./library.mjs";

const place = document.querySelector("#checker");
const find = (selector) => place.querySelector(selector);
const drop = find(".checker-drop");
const status = find("[role=status]");
const progress = find("progress");
const stop = find("[data-stop]");
const again = find("[data-again]");
const answer = find(".checker-answer");
const view = find("[data-view]");
const like = find("[data-like]");
const command = find(".checker-command");
const frame = find("iframe");

const SUFFIXES = { html: "html", markdown: "md", json: "json" };
const AT_WORK = "The library is at work …";
const CHANGED = new Set(["NotFoundError", "NotReadableError"]);

const library = new Library(() => Number(place.dataset.patience), (share) => {
  if (share === null) progress.removeAttribute("value");
  else progress.value = share;
  if (share === null && job) say(AT_WORK);
});

// One job at a time: the latest. Each ends in a sentence.

let job = null;

class Superseded extends Error {}

/**
 * Do what a reader asked for.
 *
 * @param {(ask: Library["ask"]) => Promise<string>} work Gives the sentence to end with.
 */
async function perform(work) {
  const own = job = { work };
  const ask = async (...question) => {
    if (job !== own) throw new Superseded();
    const result = await library.ask(...question);
    if (job !== own) throw new Superseded();
    return result;
  };
  again.hidden = true;
  stop.hidden = progress.hidden = false;
  say(progress.hasAttribute("value") ? "Loading the library …" : AT_WORK);
  try {
    const sentence = await work(ask);
    if (job === own) finish(sentence);
  } catch (error) {
    if (job === own) fail(error);
  }
}

function finish(sentence) {
  job = null;
  stop.hidden = progress.hidden = true;
  say(sentence);
}

function fail(error) {
  const { work } = job;
  answer.hidden = true;
  if (error instanceof Refusal) {
    finish(error.message);
  } else if (CHANGED.has(error.name)) {
    finish("A file changed or disappeared after you chose it. Choose it again.");
  } else {
    library.stop(error);
    again.hidden = false;
    again.onclick = () => { perform(work); };
    if (error instanceof Broken) {
      finish(error.message);
    } else {
      console.error(error);
      finish("The library stopped unexpectedly. Try again, or use the command line.");
    }
  }
}

function say(sentence) {
  status.textContent = sentence;
}

// What the jobs are.

let chosen = null;
let options = []; // of the command whose answer is shown

/** Take files, and show the first answer about them. */
async function open(gather, ask) {
  const { documents, ...choice } = understood(await gather(ask));
  await ask("open", {
    bundles: choice.bundles,
    documents: documents.map(({ path, data }) => ({
      path,
      // The library looks at the size of a larger document, and leaves it closed.
      data: data?.size > MAX_DOCUMENT_BYTES ? null : data,
      size: data?.size,
    })),
  });
  chosen = choice;
  view.value = "check";
  like.replaceChildren();
  if (choice.kind === "models") {
    const requirements = await ask("requirements", { models: safe(choice.name) });
    like.append(...requirements.map(([name, count]) => new Option(`${shown(name)}, ${count} alike`, name)));
    if (requirements.length) view.value = "rank";
  }
  return show(ask);
}

/** Show the answer that the two lists ask for. */
async function show(ask) {
  const ranked = view.value === "rank";
  const models = safe(chosen.name);
  options = ranked
    ? ["rank", models, "--like", `${models}/${like.value}`]
    : ["check", ...chosen.bundles.map(safe)];
  const { code, output, complaint } = await run(ask, "html");
  if (code === 2) throw new Refusal(complaint);
  find("[data-only=models]").hidden = !like.options.length;
  find("[data-only=rank]").hidden = !ranked;
  const every = !ranked && chosen.kind === "models";
  const line = every ? `check ${quoted(models)}/*` : options.map(quoted).join(" ");
  command.hidden = line.length > 300 || /\p{C}/u.test(line);
  command.querySelector("code").textContent = `taskclf-registry ${line}`;
  answer.hidden = false;
  answer.dataset.code = code;
  await new Promise((done) => {
    frame.onload = done;
    frame.srcdoc = output;
  });
  takeDrops(frame.contentWindow);
  const page = frame.contentDocument.documentElement;
  new ResizeObserver(() => { frame.style.height = `${page.offsetHeight + 2}px`; }).observe(page);
  return page.querySelector("h1").textContent;
}

/** Hand the answer that is shown to the reader, as a file. */
async function save(format, ask) {
  const { code, output, complaint } = await run(ask, format);
  if (code === 2) return complaint;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([output]));
  link.download = `${options[0]}.${SUFFIXES[format]}`;
  link.click();
  setTimeout(() => { URL.revokeObjectURL(link.href); }, 10_000);
  return `Saved as ${link.download}.`;
}

function run(ask, format) {
  return ask("run", { options: [...options, "--format", format] });
}

function safe(path) { // A name that begins with a dash would be an option.
  return path.startsWith("-") ? `./${path}` : path;
}

function quoted(word) { // As a shell wants it.
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

// How the reader asks.

function connect() {
  drop.hidden = false;
  const versions = Object.entries(RUNTIME.versions).map((pair) => pair.join(" ")).join(", ");
  const licences = Object.assign(document.createElement("a"), { href: `${RUNTIME.directory}licences.txt`, textContent: "Licences" });
  find(".checker-versions").append(`This page runs ${versions}. `, licences);
  for (const what of ["directory", "documents"]) {
    const input = find(`input[data-of=${what}]`);
    input.onchange = () => {
      const entries = listed(input);
      perform((ask) => open(() => entries, ask));
    };
    find(`[data-choose=${what}]`).onclick = () => {
      library.start(); // while the reader chooses
      input.click();
    };
  }
  find("[data-examples]").onclick = () => {
    const examples = async (ask) => Object.entries(await ask("examples"))
      .map(([path, text]) => ({ path, data: new Blob([text]) }));
    perform((ask) => open(examples, ask));
  };
  stop.onclick = () => {
    library.stop(new Superseded());
    answer.hidden = true;
    finish("Stopped.");
  };
  view.onchange = like.onchange = () => { perform(show); };
  for (const button of place.querySelectorAll("[data-save]")) {
    button.onclick = () => { perform((ask) => save(button.dataset.save, ask)); };
  }
  takeDrops(window);
}

let depth = 0; // of the elements that a dragged file is over

function hover(change) {
  depth = change ? Math.max(0, depth + change) : 0;
  drop.classList.toggle("checker-over", depth > 0);
}

/** Take what is dropped anywhere in a window: beside a smaller place the browser would open it. */
function takeDrops(target) {
  target.addEventListener("dragenter", () => {
    hover(1);
    library.start();
  });
  target.addEventListener("dragleave", () => { hover(-1); });
  target.addEventListener("dragover", (event) => { event.preventDefault(); });
  target.addEventListener("drop", (event) => {
    event.preventDefault();
    hover(0);
    const roots = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    perform((ask) => open(() => dropped(roots), ask));
  });
}

if (RUNTIME) connect();
else say("This copy of the site was built without the library for browsers. Use the command line.");
