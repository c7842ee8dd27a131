import type { Http2ServerRequest, Http2ServerResponse, IncomingHttpHeaders } from 'node:http2';

/** The replies of a method to the messages of a client, each encoded. */
export type GrpcMethod = (messages: AsyncIterable<Buffer>, metadata: IncomingHttpHeaders) => AsyncIterable<Buffer>;

const HEAD = 5;
const CONTENT_TYPE = { 'content-type': 'application/grpc' };
const OK = '0';
const UNIMPLEMENTED = '12';

/** Answers a call with replies and, in the trailers, its status. The status of an unknown method comes in the headers. */
export async function answerCall(
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  method: GrpcMethod | undefined,
): Promise<void> {
  if (method === undefined) {
    const status = { 'grpc-status': UNIMPLEMENTED, 'grpc-message': `unknown method ${request.url}` };
    response.writeHead(200, { ...CONTENT_TYPE, ...status }).end();
    return;
  }
  response.writeHead(200, CONTENT_TYPE);
  try {
    for await (const reply of method(messagesIn(request), request.headers)) response.write(framed(reply));
    response.addTrailers({ 'grpc-status': OK });
    response.end();
  } catch {
    response.stream.destroy(); // the client has cancelled
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
function framed(message: Buffer): Buffer {
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
