import { afterEach } from '@jest/globals';
import type { NewZone } from '../../src/cloudflare/admin.ts';
import { type CloudflareOptions, type CloudflareSandbox, startCloudflare } from '../../src/cloudflare/server.ts';

type Json = Readonly<Record<string, unknown>>;

/** The response to a raw call, parsed from its envelope. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
  /** `result` of a single object. */
  readonly result: Json;
  /** `result` of a list. */
  readonly list: readonly Json[];
  readonly page: Json;
  readonly code: number | undefined;
  readonly message: string | undefined;
}

export interface TestCloud extends CloudflareSandbox {
  readonly account: string;
  readonly zone: string;
  readonly token: string;
  /** Calls the API with the token (or other headers) and parses the envelope. */
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  get(path: string): Promise<Answer>;
}

const running: CloudflareSandbox[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.stop()));
});

/** A Cloudflare with one account, its zone example.com and the operator's token. Stopped after the test. */
export async function aCloud(options: CloudflareOptions = {}, zone: Partial<NewZone> = {}): Promise<TestCloud> {
  const sandbox = await startCloudflare(options);
  running.push(sandbox);
  const account = sandbox.admin.addAccount({ name: 'Acme' }).id;
  const zoneId = sandbox.admin.addZone({ name: 'example.com', account, ...zone }).id;
  const token = sandbox.admin.addToken();
  const call: TestCloud['call'] = async (method, path, body, headers = { authorization: `Bearer ${token}` }) => {
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    return takeApart(await fetch(`${sandbox.url}${path}`, init));
  };
  return {
    ...sandbox,
    account,
    zone: zoneId,
    token,
    call,
    post: (path, body) => call('POST', path, body),
    get: (path) => call('GET', path),
  };
}

async function takeApart(response: globalThis.Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json';
  const body = (isJson ? JSON.parse(text) : { text }) as Json;
  const [error] = (body['errors'] ?? []) as { code: number; message: string }[];
  return {
    status: response.status,
    headers: response.headers,
    body,
    result: body['result'] as Json,
    list: body['result'] as Json[],
    page: body['result_info'] as Json,
    code: error?.code,
    message: error?.message,
  };
}
