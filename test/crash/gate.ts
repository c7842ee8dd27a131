import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Fate, Fates } from './fates.ts';

/** A way to an API that can be cut at a call: a plain HTTP proxy on loopback. */
export interface Gate {
  readonly url: string;
  stop(): Promise<void>;
}

/** Opens a gate before a server. What becomes of each call is for the fates to say. */
export async function openGate(upstream: string, fates: Fates): Promise<Gate> {
  const agent = new http.Agent({ keepAlive: true });
  const target = new URL(upstream);
  const server = http.createServer((request, response) => {
    void serve(request, response, { fates, agent, target });
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> => {
    const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
    server.closeAllConnections();
    return closed;
  };
  void fates.killed.then(close);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${target.pathname.replace(/\/$/, '')}`,
    async stop() {
      await close();
      agent.destroy();
    },
  };
}

interface Road {
  readonly fates: Fates;
  readonly agent: http.Agent;
  readonly target: URL;
}

/** A call that was sent on is carried out, whatever becomes of who made it; only a watch ends with its reader. */
async function serve(request: http.IncomingMessage, response: http.ServerResponse, road: Road): Promise<void> {
  const { method = '', url = '' } = request;
  const isWatch = url.includes('watch=true');
  const fate = road.fates.ofNext(`${method} ${url.replace(/\?.*/, '')}${isWatch ? ' (watch)' : ''}`);
  if (fate === 'killed-before') return road.fates.kill();
  const body = await buffer(request).catch(() => undefined);
  if (body === undefined) return;
  const onward = http.request(new URL(url, road.target), { method, agent: road.agent, headers: request.headers });
  onward.once('error', () => response.destroy());
  onward.once('response', (answer) => {
    if (isWatch) response.once('close', () => onward.destroy());
    if (fate === undefined) answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers));
    else answer.resume().once(isWatch ? 'resume' : 'end', () => strike(fate, road.fates, response));
  });
  onward.end(body);
}

function strike(fate: Fate, fates: Fates, response: http.ServerResponse): void {
  if (fate === 'killed-after') fates.kill();
  response.destroy();
}
