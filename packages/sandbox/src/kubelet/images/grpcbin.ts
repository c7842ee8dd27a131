import { createServer, type IncomingHttpHeaders } from 'node:http2';
import type { Image } from '../image.ts';
import { answerCall, type GrpcMethod, lengthDelimited, unary } from './grpc.ts';
import { startTcpServer } from './tcp-server.ts';

const PORT = 9000;
const SERVICE = '/grpcbin.GRPCBin/';

/**
 * `moul/grpcbin` without TLS: of its service `grpcbin.GRPCBin` the methods that answer with what they are sent, one
 * message or a stream, and the one that lists the metadata.
 */
export const grpcbin: Image = {
  matches: /(^|\/)grpcbin(:|@|$)/,
  start(container) {
    const server = createServer((request, response) => {
      container.log(`${request.url} from ${request.socket.remoteAddress}`);
      void answerCall(request, response, METHODS.get(request.url));
    });
    return startTcpServer({ port: PORT, serve: (client) => server.emit('connection', client) });
  },
};

const echo: GrpcMethod = (messages) => messages;

const METHODS: ReadonlyMap<string, GrpcMethod> = new Map(
  Object.entries({
    Empty: unary(() => Buffer.alloc(0)),
    DummyUnary: echo,
    DummyBidirectionalStreamStream: echo,
    HeadersUnary: unary((_message, metadata) => headersMessage(metadata)),
  }).map(([name, method]) => [SERVICE + name, method]),
);

/** A map from each name to a message with its values. */
function headersMessage(metadata: IncomingHttpHeaders): Buffer {
  const named = Object.entries(metadata).filter(([name]) => !name.startsWith(':') || name === ':authority');
  const entries = named.map(([name, value]) => {
    const values = Buffer.concat([value ?? []].flat().map((text) => lengthDelimited(1, text)));
    return lengthDelimited(1, Buffer.concat([lengthDelimited(1, name), lengthDelimited(2, values)]));
  });
  return Buffer.concat(entries);
}
