import { type ClientHttp2Session, connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { buffer } from 'node:stream/consumers';

/** The outcome of a call. */
export interface CallResult {
  readonly httpStatus: number;
  /** From the trailers, or from the headers of a response without messages. */
  readonly grpcStatus: string | undefined;
  readonly messages: readonly Buffer[];
  readonly headers: IncomingHttpHeaders;
}

const HEAD = 5;

/** A message with the flag that it is not compressed and its length in front. */
export function frame(message: Buffer | string): Buffer {
  const bytes = Buffer.from(message);
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** The messages in a body. */
export function unframe(body: Buffer): Buffer[] {
  if (body.length < HEAD) return [];
  const end = HEAD + body.readUInt32BE(1);
  return [body.subarray(HEAD, end), ...unframe(body.subarray(end))];
}

/** Makes one call over HTTP/2, without TLS unless the URL says `https`. */
export async function call(
  url: string,
  path: string,
  messages: readonly (Buffer | string)[],
  headers: OutgoingHttpHeaders = {},
): Promise<CallResult> {
  const session = connect(url, { rejectUnauthorized: false });
  try {
    return await callOn(session, path, messages, headers);
  } finally {
    session.destroy();
  }
}

/** The same on an open connection. */
export async function callOn(
  session: ClientHttp2Session,
  path: string,
  messages: readonly (Buffer | string)[],
  headers: OutgoingHttpHeaders = {},
): Promise<CallResult> {
  const grpc = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' };
  const stream = session.request({ ...grpc, ...headers });
  let trailers: IncomingHttpHeaders = {};
  stream.once('trailers', (received) => {
    trailers = received;
  });
  const head = new Promise<IncomingHttpHeaders>((resolve, reject) => {
    stream.once('response', resolve).once('error', reject);
    session.once('error', reject);
  });
  for (const message of messages) stream.write(frame(message));
  stream.end();
  const answer = await head;
  const body = await buffer(stream);
  return {
    httpStatus: Number(answer[':status']),
    grpcStatus: String(trailers['grpc-status'] ?? answer['grpc-status']),
    messages: unframe(body),
    headers: answer,
  };
}
