/** One request that the emulated API received. */
export interface CallEntry {
  readonly method: string;
  /** Without the `/client/v4` base. */
  readonly path: string;
  /** For example `GET /zones/:zone/dns_records`, or the plain path if no endpoint matched. */
  readonly endpoint: string;
  readonly query: string;
  /** When the request arrived, on the monotonic clock. */
  readonly at: number;
  /** 0 until the response is sent, and always for a request that a fault dropped. */
  readonly status: number;
  readonly ms: number;
  readonly bytes: number;
  /** Id of the credential, or an empty string if it was rejected. */
  readonly tokenId: string;
}

/** Lets the server complete an entry after the response. */
export interface OpenCall {
  answered(answer: { readonly status: number; readonly body: string; readonly tokenId: string }): void;
}

/** Every request in order of arrival, so that a test can limit the number of calls. */
export class CallLog {
  #entries: CallEntry[] = [];
  readonly #elapsed: () => number;

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  get entries(): readonly CallEntry[] {
    return this.#entries;
  }

  /** Adds an entry on arrival, so that requests with a lost response are counted too. */
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

  /** The number of requests to an endpoint (exact name or pattern), or of all requests. */
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

  /** All requests except reads. */
  writes(): readonly CallEntry[] {
    return this.#entries.filter((entry) => entry.method !== 'GET' && entry.method !== 'HEAD');
  }

  clear(): void {
    this.#entries = [];
  }
}
