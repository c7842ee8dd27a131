import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { CallFault, FaultInjector } from './call-faults.ts';

/** A plain HTTP proxy on loopback that can fail at a call. */
export interface FaultProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a proxy in front of a server. The injector decides about each call. */
export async function startFaultProxy(upstream: string, injector: FaultInjector): Promise<FaultProxy> {
  const agent = new http.Agent({ keepAlive: true });
  const target = new URL(upstream);
  const server = http.createServer((request, response) => {
    void serve(request, response, { injector, agent, target });
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> => {
    const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
    server.closeAllConnections();
    return closed;
  };
  void injector.killed.then(close);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${target.pathname.replace(/\/$/, '')}`,
    async stop() {
      await close();
      agent.destroy();
    },
  };
}

interface ProxyContext {
  readonly injector: FaultInjector;
  readonly agent: http.Agent;
  readonly target: URL;
}

/** A forwarded call is completed even if its caller is gone. Only a watch ends with its caller. */
async function serve(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  context: ProxyContext,
): Promise<void> {
  const { method = '', url = '' } = request;
  const isWatch = url.includes('watch=true');
  const fault = context.injector.next(`${method} ${url.replace(/\?.*/, '')}${isWatch ? ' (watch)' : ''}`);
  if (fault === 'killed-before') return context.injector.kill();
  const body = await buffer(request).catch(() => undefined);
  if (body === undefined) return;
  const onward = http.request(new URL(url, context.target), { method, agent: context.agent, headers: request.headers });
  onward.once('error', () => response.destroy());
  onward.once('response', (answer) => {
    if (isWatch) response.once('close', () => onward.destroy());
    if (fault === undefined) answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers));
    else answer.resume().once(isWatch ? 'resume' : 'end', () => injectFault(fault, context.injector, response));
  });
  onward.end(body);
}

function injectFault(fault: CallFault, injector: FaultInjector, response: http.ServerResponse): void {
  if (fault === 'killed-after') injector.kill();
  response.destroy();
}
