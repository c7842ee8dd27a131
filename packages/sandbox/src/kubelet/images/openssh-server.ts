import type { Socket } from 'node:net';
import type { Image } from '../image.ts';
import { startTcpServer } from './tcp-server.ts';

const IDENTIFICATION = 'SSH-2.0-OpenSSH_9.7';
const REFUSAL = 'the sandbox has no shell: that you read this shows that the connection works';

const MSG_DISCONNECT = 1;
const BY_APPLICATION = 11;
const BLOCK = 8;
const LEAST_PADDING = 4;

/** `linuxserver/openssh-server`: identifies itself as OpenSSH does, and disconnects a client that does the same. */
export const opensshServer: Image = {
  matches: /(^|\/)openssh-server(:|@|$)/,
  start(container) {
    const port = Number(container.env['LISTEN_PORT'] ?? 2222);
    container.log(`Server listening on 0.0.0.0 port ${port}.`);
    return startTcpServer({ port, serve: greet });
  },
};

function greet(client: Socket): void {
  client.write(`${IDENTIFICATION}\r\n`);
  let received = '';
  client.setEncoding('latin1').on('data', (text: string) => {
    received += text;
    if (/^SSH-2\.0-[^\n]*\n/m.test(received)) client.end(disconnect(REFUSAL));
  });
}

/** SSH_MSG_DISCONNECT in a packet without encryption (RFC 4253, sections 6 and 11.1). */
function disconnect(description: string): Buffer {
  const reason = Buffer.alloc(5);
  reason.writeUInt8(MSG_DISCONNECT, 0);
  reason.writeUInt32BE(BY_APPLICATION, 1);
  return packet(Buffer.concat([reason, stringOf(description), stringOf('en')]));
}

function stringOf(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]);
}

function packet(payload: Buffer): Buffer {
  const head = Buffer.alloc(5);
  const rest = (head.length + payload.length + LEAST_PADDING) % BLOCK;
  const padding = LEAST_PADDING + (rest === 0 ? 0 : BLOCK - rest);
  head.writeUInt32BE(1 + payload.length + padding, 0);
  head.writeUInt8(padding, 4);
  return Buffer.concat([head, payload, Buffer.alloc(padding)]);
}
