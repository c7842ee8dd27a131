import { request as startRequest } from 'node:http';
import type { Origin } from './origin.ts';
import { originHeaders } from './origin-headers.ts';
import { relayAnswer, relayUpgrade } from './relay-answer.ts';
import { failAnswer } from './tunnel-answer.ts';
import type { TunnelRequest } from './tunnel-request.ts';

const UPGRADE = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-Websocket-Version': '13' };

/**
 * Opens a WebSocket to the origin on a new connection, and connects it with the visitor if the origin accepts. If it
 * declines, its response is forwarded.
 */
export function proxyWebSocket(request: TunnelRequest, origin: Origin, onFailure: (reason: string) => void): void {
  const { stream, method, url } = request;
  const { host, port, agent } = origin;
  const upstream = startRequest({
    host,
    port,
    method,
    path: url,
    headers: { ...originHeaders(request, origin), ...UPGRADE },
    createConnection: (options, callback) => agent.createConnection(options, callback),
  });
  stream.once('close', () => upstream.destroy());
  upstream.once('response', (answer) => relayAnswer(answer, request));
  upstream.once('upgrade', (answer, socket, head) => relayUpgrade(answer, { socket, head }, request));
  upstream.once('error', (error) => {
    if (stream.destroyed) return;
    onFailure(error.message);
    failAnswer(stream);
  });
  upstream.end();
}
