import { ApiError } from './api-error.ts';
import type { Resource } from './resource.ts';
import type { RestClient } from './rest-client.ts';

interface ResourceList {
  readonly resources?: readonly { readonly name: string }[];
}

interface Answer {
  readonly askedAt: number;
  readonly plurals: Promise<ReadonlySet<string>>;
}

/** Several kinds of one API are asked for together, so an answer serves all of them. */
const SHARED_MS = 1_000;

/** Knows which kinds of an API the server serves. An API that is not installed has none. */
export class ServedKinds {
  readonly #rest: RestClient;
  readonly #answers = new Map<string, Answer>();

  constructor(rest: RestClient) {
    this.#rest = rest;
  }

  async isServed({ group, version, plural }: Resource, signal: AbortSignal): Promise<boolean> {
    return (await this.#ask(`/apis/${group}/${version}`, signal)).has(plural);
  }

  #ask(path: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const known = this.#answers.get(path);
    const now = performance.now();
    if (known !== undefined && now - known.askedAt < SHARED_MS) return known.plurals;
    const plurals = this.#read(path, signal);
    this.#answers.set(path, { askedAt: now, plurals });
    return plurals;
  }

  async #read(path: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
    try {
      const { resources = [] } = await this.#rest.json<ResourceList>('GET', path, { signal });
      return new Set(resources.map(({ name }) => name));
    } catch (error) {
      if (error instanceof ApiError && [403, 404].includes(error.code)) return new Set();
      throw error;
    }
  }
}
