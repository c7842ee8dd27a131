import type { Socket } from 'node:net';
import type { Container, ContainerStart, Image } from '../image.ts';
import { startTcpServer } from './tcp-server.ts';

const PORT = 5432;
const HEAD = 8;
/** The codes of requests that come before the startup message. */
const ENCRYPTION_REQUESTS = new Set([80_877_103 /* TLS */, 80_877_104 /* GSSAPI */]);
const CANNOT_CONNECT_NOW = '57P03';
const REFUSAL = 'the sandbox has no database: that you read this shows that the connection works';

/** `postgres`: takes a client's startup message, without encryption, and refuses the connection as a server may. */
export const postgres: Image = {
  matches: /(^|\/)postgres(:|@|$)/,
  start(container) {
    if (!mayStart(container)) return failedStart(container);
    container.log('database system is ready to accept connections');
    return startTcpServer({ port: PORT, serve: refuse });
  },
};

/** The image refuses to create a database that has no password. */
function mayStart({ env }: ContainerStart): boolean {
  return (env['POSTGRES_PASSWORD'] ?? '') !== '' || env['POSTGRES_HOST_AUTH_METHOD'] === 'trust';
}

const nothing = () => undefined;

function failedStart(container: ContainerStart): Container {
  container.log('Error: Database is uninitialized and superuser password is not specified.');
  return { exited: Promise.resolve(1), terminate: nothing, kill: nothing, addressOf: nothing };
}

/** Every message before the authentication is its length, a code, and more. */
function refuse(client: Socket): void {
  let received: Buffer = Buffer.alloc(0);
  client.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    let length = lengthOf(received);
    while (length !== undefined) {
      answer(client, received.readUInt32BE(4));
      received = received.subarray(length);
      length = lengthOf(received);
    }
  });
}

/** Undefined until the whole message has arrived. */
function lengthOf(received: Buffer): number | undefined {
  if (received.length < HEAD) return undefined;
  const length = Math.max(HEAD, received.readUInt32BE(0));
  return received.length < length ? undefined : length;
}

function answer(client: Socket, code: number): void {
  if (ENCRYPTION_REQUESTS.has(code)) client.write('N');
  else client.end(fatal(REFUSAL));
}

/** An ErrorResponse: fields with a letter each, and a zero after each and at the end. */
function fatal(message: string): Buffer {
  const fields = [`SFATAL`, `VFATAL`, `C${CANNOT_CONNECT_NOW}`, `M${message}`];
  const body = Buffer.from(`${fields.map((field) => `${field}\0`).join('')}\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeUInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}
