/** Requests to the proxy, as cloudflared sends them. */
import { type IncomingHttpHeaders, type IncomingMessage, type RequestOptions, request as httpRequest } from 'node:http';
import { connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';

export interface VisitorRequest {
  readonly path?: string;
  readonly host?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** To the port for HTTP/2. */
  readonly isHttp2?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

type Target = Pick<RequestOptions, 'agent'> & { readonly port: number };

export async function ask(target: Target, request: VisitorRequest): Promise<Answer> {
  return request.isHttp2 === true ? askHttp2(target.port, request) : askHttp1(target, request);
}

async function askHttp1(target: Target, request: VisitorRequest): Promise<Answer> {
  const { path = '/', host = 'localhost', method = 'GET', headers = {}, body } = request;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = httpRequest({ ...target, path, method, headers: { host, ...headers } }, resolve);
  sent.on('error', reject);
  sent.end(body);
  const response = await promise;
  const content = await text(response);
  const { statusCode = 0, headers: received, trailers } = response;
  return { status: statusCode, headers: received, trailers, text: content };
}

async function askHttp2(port: number, request: VisitorRequest): Promise<Answer> {
  const { path = '/', host = 'localhost', method = 'GET', headers = {}, body } = request;
  const session = connect(`https://${host}`, {
    createConnection: () => connectTls({ host: '127.0.0.1', port, ALPNProtocols: ['h2'], rejectUnauthorized: false }),
  });
  try {
    const stream = session.request({ ':path': path, ':method': method, ...headers });
    const { promise, resolve, reject } = Promise.withResolvers<IncomingHttpHeaders & { ':status'?: number }>();
    stream.once('response', resolve);
    stream.once('error', reject);
    session.once('error', reject);
    let trailers = {};
    stream.on('trailers', (received) => (trailers = received));
    stream.end(body);
    const received = await promise;
    const content = await text(stream);
    return { status: Number(received[':status']), headers: received, trailers, text: content };
  } finally {
    session.close();
  }
}
