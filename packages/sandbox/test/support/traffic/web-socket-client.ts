import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { kindOf } from './request-client.ts';
import { type ClientOptions, type TrafficClient, SLOW_FOR_MS } from './traffic-client.ts';

const MESSAGES = 25;
const PAUSE_MS = 20;
const NORMAL = 1000;
const NORMAL_END = `closed with ${NORMAL}`;

/** Opens a WebSocket, sends messages for a moment and awaits the echo of each, and closes it. */
export class WebSocketClient implements TrafficClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  async visit(): Promise<void> {
    const { tally, timeoutMs } = this.#options;
    const socket = openWebSocket(this.#options);
    const patience = setTimeout(() => socket.terminate(), timeoutMs);
    let isOver = false;
    const talk = async (): Promise<void> => {
      await this.#talk(socket);
      isOver = true;
      socket.close(NORMAL);
    };
    void talk();
    const end = await endOf(socket);
    clearTimeout(patience);
    if (isOver && end === NORMAL_END) tally.count('webSockets');
    else tally.lose(`WebSocket: ${end}`);
  }

  close(): void {}

  /** Never resolves if the WebSocket ends too early. */
  async #talk(socket: WebSocket): Promise<void> {
    await once(socket, 'open');
    const end = performance.now() + SLOW_FOR_MS;
    for (let sent = 0; sent < MESSAGES && performance.now() < end; sent += 1) {
      const echo = once(socket, 'message');
      socket.send(`message ${sent}`);
      await echo;
      this.#options.tally.count('messages');
      await delay(PAUSE_MS);
    }
  }
}

/** A WebSocket to `/echo` of a hostname, through the front door. */
export function openWebSocket({ url, hostname, timeoutMs }: Omit<ClientOptions, 'tally'>): WebSocket {
  const address = new URL('/echo', url.replace(/^http/, 'ws'));
  return new WebSocket(address, { headers: { host: hostname }, handshakeTimeout: timeoutMs });
}

/** Resolves with how the WebSocket has ended. */
function endOf(socket: WebSocket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('error', (error) => resolve(kindOf(error)));
    socket.once('close', (code) => resolve(`closed with ${code}`));
  });
}

/** Never rejects, unlike the function of `node:events`: `endOf` reports failures. */
function once(socket: WebSocket, event: 'open' | 'message'): Promise<void> {
  return new Promise((resolve) => {
    socket.once(event, () => resolve());
  });
}
