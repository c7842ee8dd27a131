import type { IncomingMessage, ServerResponse } from 'node:http';
import { startLoopbackServer } from '../edge/loopback-server.ts';
import type { MetricsAddress } from './cloudflared-settings.ts';
import type { RunningConnector } from './connector.ts';
import { exposition } from './exposition.ts';

/** cloudflared's metrics listener. */
export interface MetricsServer {
  /** The actual address, or undefined before it listens. */
  address(): string | undefined;
  stop(): Promise<void>;
}

/** Starts `/ready`, `/healthcheck`, `/metrics` and `/config`. */
export function startMetricsServer(connector: RunningConnector, { host, port }: MetricsAddress): MetricsServer {
  const starting = startLoopbackServer(port, (request, response) => answer(request, response, connector), host);
  let address: string | undefined;
  const listen = async () => {
    address = `${host}:${(await starting).port}`;
  };
  void listen();
  return {
    address: () => address,
    stop: async () => (await starting).stop(),
  };
}

function answer({ url = '/' }: IncomingMessage, response: ServerResponse, connector: RunningConnector): void {
  const { readyConnections, configVersion } = connector.state();
  const status = connector.ready() ? 200 : 503;
  switch (url.replace(/\?.*/, '')) {
    case '/ready':
      return send(response, status, JSON.stringify({ status, readyConnections, connectorId: connector.id }));
    case '/healthcheck':
      return send(response, 200, 'OK\n');
    case '/config':
      return send(response, 200, JSON.stringify({ version: configVersion, config: connector.config() }));
    case '/metrics':
      return send(response, 200, exposition(connector), EXPOSITION);
    default:
      return send(response, 404, '404 page not found\n');
  }
}

const PLAIN = 'text/plain; charset=utf-8';
const EXPOSITION = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores';

/** cloudflared sends all responses as plain text, even JSON. */
function send(response: ServerResponse, status: number, body: string, type = PLAIN): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}
