// What the Cloudflare SDK needs of fetch's classes, when the transport is node:http: touching the global ones loads the
// built-in undici, about 15 MB of memory. The scenario tests run the bundle, and so these.

/** Names are folded to lower case, values of one name are joined, as in the standard. */
export class Headers {
  #values = new Map();

  constructor(init) {
    const entries = init?.[Symbol.iterator] === undefined ? Object.entries(init ?? {}) : init;
    for (const [name, value] of entries) this.append(name, value);
  }

  get(name) {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name) {
    return this.#values.has(name.toLowerCase());
  }

  set(name, value) {
    this.#values.set(name.toLowerCase(), String(value));
  }

  append(name, value) {
    const before = this.get(name);
    this.set(name, before === null ? value : `${before}, ${value}`);
  }

  delete(name) {
    this.#values.delete(name.toLowerCase());
  }

  entries() {
    return this.#values.entries();
  }

  [Symbol.iterator]() {
    return this.entries();
  }
}

/** Only ever asked whether a body is one. */
export class FormData {}

/** An answer whose text is already there. */
export class Response {
  #text;

  constructor(text, { status, headers }) {
    this.#text = text ?? '';
    this.status = status;
    this.ok = status >= 200 && status < 300;
    this.headers = headers;
    this.body = null;
    this.url = '';
  }

  async text() {
    return this.#text;
  }

  async json() {
    return JSON.parse(this.#text);
  }
}
