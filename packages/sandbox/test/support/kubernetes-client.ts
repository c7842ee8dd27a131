import type { KubeObject } from '../../src/kubernetes/api.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { aDefinition, DEFINITIONS } from './objects.ts';

/** A response with its parsed body. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON body. Tests assert its content. */
  readonly body: Body;
}

/** A possible response: an object, a list or a Status. The test knows which. */
export type Body = KubeObject & {
  readonly items: readonly KubeObject[];
  readonly message: string;
  readonly reason: string;
  readonly details?: {
    readonly causes: readonly { readonly field: string; readonly message: string; readonly reason: string }[];
  };
};

/** Bytes, because fetch adds a content type to a string. */
function bytesOf(body: unknown): Uint8Array<ArrayBuffer> {
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
}

const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** A plain HTTP client: paths in, status and body out. */
export class Client {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Sends strings and bytes unchanged, and everything else as JSON. */
  async request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    const type = isRaw ? {} : { 'content-type': 'application/json' };
    const init = { method, headers: { 'user-agent': 'tester/1.0', ...type, ...headers } };
    const response = await fetch(this.#url + path, body === undefined ? init : { ...init, body: bytesOf(body) });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
    return { status: response.status, headers: response.headers, text, body: (isJson ? JSON.parse(text) : {}) as Body };
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Reply> {
    return this.request('GET', path, undefined, headers);
  }

  post(path: string, body: unknown): Promise<Reply> {
    return this.request('POST', path, body);
  }

  put(path: string, body: unknown): Promise<Reply> {
    return this.request('PUT', path, body);
  }

  delete(path: string, body?: unknown): Promise<Reply> {
    return this.request('DELETE', path, body);
  }

  patch(type: keyof typeof PATCH_TYPES, path: string, body: unknown): Promise<Reply> {
    return this.request('PATCH', path, body, { 'content-type': PATCH_TYPES[type] });
  }

  /** Server-side apply with a field manager. */
  apply(manager: string, path: string, body: unknown, parameters = ''): Promise<Reply> {
    return this.patch('apply', `${path}?fieldManager=${manager}${parameters}`, body);
  }

  /** Installs the definition of `tunnels.example.org` with this schema of `spec`. */
  async define(spec: JsonObject, version: JsonObject = {}): Promise<void> {
    const { status, text } = await this.post(DEFINITIONS, aDefinition(spec, version));
    if (status !== 201) throw new Error(text);
  }

  /** The validation errors of creating the object, as `field: message`. Nothing is stored. */
  async complaints(path: string, object: JsonObject): Promise<string[]> {
    const { body } = await this.post(`${path}?dryRun=All`, object);
    return (body.details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`);
  }

  /** Opens a watch. */
  watch(path: string, headers: Record<string, string> = {}): Promise<Watch> {
    return Watch.open(this.#url + path, headers);
  }
}

/** A line of a watch. */
export interface WatchLine {
  readonly type: string;
  readonly object: KubeObject & { readonly code?: number; readonly message?: string };
}

/** An open watch, read line by line. */
export class Watch {
  readonly #lines: AsyncGenerator<WatchLine>;
  readonly #abort: AbortController;

  private constructor(response: Response, abort: AbortController) {
    this.#lines = readLines(response);
    this.#abort = abort;
  }

  static async open(url: string, headers: Record<string, string>): Promise<Watch> {
    const abort = new AbortController();
    const response = await fetch(url, { signal: abort.signal, headers });
    if (response.status !== 200)
      throw new Error(`watch was answered with ${response.status}: ${await response.text()}`);
    return new Watch(response, abort);
  }

  /** The next line, or undefined when the server has ended the stream. */
  async next(): Promise<WatchLine | undefined> {
    const { value, done } = await this.#lines.next();
    return done === true ? undefined : value;
  }

  /** The next lines as `TYPE name`. */
  async take(count: number): Promise<string[]> {
    const lines: string[] = [];
    while (lines.length < count) {
      const line = await this.next();
      if (line === undefined) break;
      lines.push(`${line.type} ${line.object.metadata.name}`);
    }
    return lines;
  }

  close(): void {
    this.#abort.abort();
  }
}

async function* readLines(response: Response): AsyncGenerator<WatchLine> {
  let rest = '';
  for await (const chunk of response.body ?? []) {
    const lines = (rest + Buffer.from(chunk).toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as WatchLine;
  }
}
