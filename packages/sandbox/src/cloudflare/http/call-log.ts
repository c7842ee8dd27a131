/** One request the emulated API got. */
export interface CallEntry {
  readonly method: string;
  /** Without the `/client/v4` base. */
  readonly path: string;
  /** For example `GET /zones/:zone/dns_records`; the plain path when nothing matched. */
  readonly endpoint: string;
  readonly query: string;
  /** When the request arrived, on the monotonic clock. */
  readonly at: number;
  /** 0 until the response, and always for a request that a fault dropped. */
  readonly status: number;
  readonly ms: number;
  readonly bytes: number;
  /** Id of the credential; empty when it was not accepted. */
  readonly tokenId: string;
}

/** Lets the server add what it knows only after the response. */
export interface OpenCall {
  answered(answer: { readonly status: number; readonly body: string; readonly tokenId: string }): void;
}

/** Every request in order of arrival, so that a test can limit the calls of a change. */
export class CallLog {
  #entries: CallEntry[] = [];
  readonly #elapsed: () => number;

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  get entries(): readonly CallEntry[] {
    return this.#entries;
  }

  /** Writes an entry at once, so that a request whose answer is lost is counted too. */
  open(request: Pick<CallEntry, 'method' | 'path' | 'endpoint' | 'query'>): OpenCall {
    const at = this.#elapsed();
    const entry: CallEntry = { ...request, at, status: 0, ms: 0, bytes: 0, tokenId: '' };
    this.#entries.push(entry);
    return {
      answered: ({ status, body, tokenId }) => {
        const ms = this.#elapsed() - at;
        Object.assign(entry, { status, ms, bytes: Buffer.byteLength(body), tokenId });
      },
    };
  }

  /** How many requests went to an endpoint (its exact name, or a pattern on it); all of them without an argument. */
  count(endpoint?: string | RegExp): number {
    if (endpoint === undefined) return this.#entries.length;
    return this.#entries.filter((entry) =>
      typeof endpoint === 'string' ? entry.endpoint === endpoint : endpoint.test(entry.endpoint),
    ).length;
  }

  /** Number of requests by endpoint name. */
  byEndpoint(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { endpoint } of this.#entries) counts[endpoint] = (counts[endpoint] ?? 0) + 1;
    return counts;
  }

  /** The requests that could have changed something. */
  writes(): readonly CallEntry[] {
    return this.#entries.filter((entry) => entry.method !== 'GET' && entry.method !== 'HEAD');
  }

  clear(): void {
    this.#entries = [];
  }
}
