import { request as startRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

export interface VisitOptions {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

export interface Visit {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Requests `http://<host><path>` through the front door. `fetch` cannot, because it forbids setting `Host`. */
export async function visit(doorUrl: string, host: string, path = '/', options: VisitOptions = {}): Promise<Visit> {
  const response = await open(doorUrl, host, path, options);
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}

/** Like `visit`, but returns the response while its body is still streaming. */
export function open(doorUrl: string, host: string, path = '/', options: VisitOptions = {}): Promise<IncomingMessage> {
  const { method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const request = startRequest(`${doorUrl}${path}`, { method, headers: { ...headers, host }, agent: false });
    request.once('response', resolve);
    request.once('error', reject);
    request.end(body);
  });
}
