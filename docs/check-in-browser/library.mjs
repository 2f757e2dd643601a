// The library as the page sees it: a worker that is started when first wanted, and can be stopped.
import RUNTIME from "./runtime.mjs";

/** The library is gone, by an error of its own or of the network; the message is for people. */
export class Broken extends Error {}

export class Library {
  #worker = null;
  #waiting = new Map();
  #lastId = 0;
  #timer = 0;

  /**
   * @param {() => number} patience Seconds without any data after which loading has failed.
   * @param {(share: number | null) => void} onprogress Told how much has been loaded, from 0 to 1;
   *     null once it is.
   */
  constructor(patience, onprogress) {
    this.patience = patience;
    this.onprogress = onprogress;
  }

  /** Start it, without waiting for it. */
  start() {
    if (this.#worker) return;
    const worker = new Worker(new URL("worker.mjs", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => { this.#take(data); };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#broken("The library did not start. It needs a browser that allows WebAssembly and module workers. Use the command line, or try again.");
    };
    this.#worker = worker;
    this.#progress(0);
  }

  /** End it, whatever it does; those who wait get the error. The next question starts it anew. */
  stop(error) {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = null;
    this.onprogress(0);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  /** Have the worker do something; the answer is a promise. */
  ask(command, content = {}) {
    this.start();
    return new Promise((resolve, reject) => {
      this.#waiting.set(++this.#lastId, { resolve, reject });
      this.#worker.postMessage({ id: this.#lastId, command, ...content });
    });
  }

  #take(message) {
    if ("arrived" in message) {
      this.#progress(message.arrived / RUNTIME.bytes);
    } else if ("ready" in message) {
      clearTimeout(this.#timer);
      this.onprogress(null);
    } else if ("failed" in message) {
      this.#broken(`The library did not load: ${message.failed}. Check your connection, then try again.`);
    } else {
      const { resolve, reject } = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if ("result" in message) resolve(message.result);
      else reject(Object.assign(new Error(message.error), { name: message.name }));
    }
  }

  #progress(share) {
    this.onprogress(share);
    clearTimeout(this.#timer); // A connection may hang without an error.
    if (share >= 1) return;
    const seconds = this.patience();
    this.#timer = setTimeout(() => {
      this.#broken(`The library did not load: nothing has arrived for ${seconds} seconds. Check your connection, then try again.`);
    }, seconds * 1000);
  }

  #broken(sentence) {
    this.stop(new Broken(sentence));
  }
}
