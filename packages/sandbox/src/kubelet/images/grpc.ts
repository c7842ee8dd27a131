import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';

/** The replies of a method to the messages of a client, each encoded. */
export type GrpcMethod = (messages: AsyncIterable<Buffer>, metadata: IncomingHttpHeaders) => AsyncIterable<Buffer>;

/** A call that has arrived. */
export interface GrpcCall {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Buffer>;
}

const HEAD = 5;
const RESPONSE = { ':status': 200, 'content-type': 'application/grpc' };
const UNIMPLEMENTED = '12';

/** Answers a call with replies and, in the trailers, its status. The status of an unknown method comes in the headers. */
export async function answerCall({ stream, headers, body }: GrpcCall, method: GrpcMethod | undefined): Promise<void> {
  if (method === undefined) {
    const message = `unknown method ${String(headers[':path'])}`;
    stream.respond({ ...RESPONSE, 'grpc-status': UNIMPLEMENTED, 'grpc-message': message }, { endStream: true });
    return;
  }
  stream.respond(RESPONSE, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  try {
    for await (const reply of method(messagesIn(body), headers)) stream.write(framed(reply));
    stream.end();
  } catch {
    stream.destroy(); // the client has cancelled
  }
}

/** A method with one message and one reply. */
export function unary(reply: (message: Buffer, metadata: IncomingHttpHeaders) => Buffer): GrpcMethod {
  return async function* answer(messages, metadata) {
    for await (const message of messages) yield reply(message, metadata);
  };
}

async function* messagesIn(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let received: Buffer = Buffer.alloc(0);
  for await (const chunk of body) {
    received = Buffer.concat([received, chunk]);
    while (received.length >= HEAD && received.length >= HEAD + received.readUInt32BE(1)) {
      const end = HEAD + received.readUInt32BE(1);
      yield received.subarray(HEAD, end);
      received = received.subarray(end);
    }
  }
}

/** A message with the flag that it is not compressed and its length in front. */
export function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** A field of a protobuf message: a text, or a message within. */
export function lengthDelimited(field: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
