/**
 * Sends requests on kept connections, one after the other on each, and says what they took. Arguments: port, host,
 * connections, requests, and how many of them a second; 0: as many as possible.
 */
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const [port = 0, , connections = 1, requests = 1, perSecond = 0] = process.argv.slice(2).map(Number);
const REQUEST = `GET / HTTP/1.1\r\nHost: ${process.argv[3]}\r\n\r\n`;

const sockets = await Promise.all(Array.from({ length: connections }, open));
await Promise.all(sockets.map(ask)); // the proxy opens its connections
const took: number[] = [];
let left = requests;
const began = performance.now();
await Promise.all(sockets.map(client));
const seconds = (performance.now() - began) / 1000;
const p50Ms = took.toSorted((a, b) => a - b)[Math.floor(took.length / 2)];
process.stdout.write(`${JSON.stringify({ p50Ms, requestsPerSecond: requests / seconds })}\n`);
for (const socket of sockets) socket.destroy();

async function open(): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

async function client(socket: Socket, index: number): Promise<void> {
  const pauseMs = perSecond === 0 ? 0 : (1000 * connections) / perSecond;
  if (pauseMs > 0) await delay((pauseMs * index) / connections);
  while (left > 0) {
    left -= 1;
    const sentAt = performance.now();
    await ask(socket);
    took.push(performance.now() - sentAt);
    if (pauseMs > 0) await delay(pauseMs);
  }
}

function ask(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const onData = (chunk: Buffer): void => {
      answer += chunk.toString('latin1');
      if (!isWhole(answer)) return;
      socket.off('data', onData).off('error', reject);
      if (answer.startsWith('HTTP/1.1 200 ')) resolve();
      else reject(new Error(answer));
    };
    socket.on('data', onData).on('error', reject);
    socket.write(REQUEST);
  });
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, end + 2))?.[1];
  return length === undefined ? answer.endsWith('\r\n0\r\n\r\n') : answer.length >= end + 4 + Number(length);
}
