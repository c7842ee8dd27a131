/**
 * Writes JSON as YAML in which a value that occurs again is only referred to. Most of what Envoy wants to be told of a
 * route is the same for all routes, and a ConfigMap has room for 1 MiB: so more than twice as many routes fit.
 */
import type { Json, JsonObject } from './envoy-json.ts';

/** A shorter value takes less room than what it would save is worth to a reader. */
const LEAST = 40;
/** Longer values are hardly ever equal as a whole, and comparing them takes memory. */
const MOST = 2_000;

/** YAML of one line, which is JSON but for anchors (`&a1`) and aliases (`*a1`). Short values are JSON as a whole. */
export class SharedValues {
  readonly #texts = new Map<Json, string>();
  readonly #counts = new Map<string, number>();
  readonly #names = new Map<string, string>();

  /** All values that will be written, in any order. */
  constructor(values: readonly Json[]) {
    for (const value of values) this.#count(value);
  }

  /** Values have to be written in the order in which they are read. */
  write(value: Json): string {
    const text = this.#textOf(value);
    if (typeof value !== 'object' || text.length < LEAST) return text;
    if ((this.#counts.get(text) ?? 0) < 2) return this.#inside(value);
    const name = this.#names.get(text);
    if (name !== undefined) return `*${name} `;
    const own = `a${this.#names.size + 1}`;
    this.#names.set(text, own);
    return `&${own} ${this.#inside(value)}`;
  }

  #inside(value: readonly Json[] | JsonObject): string {
    if (isList(value)) return `[${value.map((item) => this.write(item)).join(',')}]`;
    return `{${fieldsOf(value)
      .map(([key, field]) => `${JSON.stringify(key)}: ${this.write(field)}`)
      .join(',')}}`;
  }

  /** What is inside a value that occurs again is written only once. */
  #count(value: Json): void {
    if (typeof value !== 'object') return;
    const text = this.#textOf(value);
    if (text.length < LEAST) return; // what is inside is even shorter
    if (text.length <= MOST) {
      const count = (this.#counts.get(text) ?? 0) + 1;
      this.#counts.set(text, count);
      if (count > 1) return;
    }
    for (const item of isList(value) ? value : fieldsOf(value).map(([, field]) => field)) this.#count(item);
  }

  #textOf(value: Json): string {
    if (typeof value !== 'object') return JSON.stringify(value);
    const known = this.#texts.get(value);
    if (known !== undefined) return known;
    const text = JSON.stringify(value);
    this.#texts.set(value, text);
    return text;
  }
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function fieldsOf(object: JsonObject): readonly (readonly [string, Json])[] {
  return Object.entries(object).filter((field): field is [string, Json] => field[1] !== undefined);
}
