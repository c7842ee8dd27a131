import type { IncomingMessage, ServerResponse } from 'node:http';
import { startLoopbackServer } from '../edge/loopback-server.ts';
import type { MetricsAddress } from './cloudflared-settings.ts';
import type { RunningConnector } from './connector.ts';

/** cloudflared's metrics listener. */
export interface MetricsServer {
  /** Where it really listens; undefined until it does. */
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

function answer({ url }: IncomingMessage, response: ServerResponse, connector: RunningConnector): void {
  const { readyConnections, config, configVersion } = connector.state();
  const status = connector.ready() ? 200 : 503;
  switch (url ?? '/') {
    case '/ready':
      sendJson(response, status, { status, readyConnections, connectorId: connector.id });
      return;
    case '/healthcheck':
      response.writeHead(200, { 'content-type': 'text/plain' }).end('OK\n');
      return;
    case '/config':
      sendJson(response, 200, { version: configVersion, config });
      return;
    case '/metrics':
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(exposition(connector));
      return;
    default:
      response.writeHead(404).end();
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function exposition(connector: RunningConnector): string {
  const { readyConnections, configVersion, requests, activeRequests, failures } = connector.state();
  return [
    '# TYPE build_info gauge',
    `build_info{goversion="go1.26",type="",version="${connector.version}"} 1`,
    '# TYPE cloudflared_orchestration_config_version gauge',
    `cloudflared_orchestration_config_version ${configVersion}`,
    '# TYPE cloudflared_tunnel_ha_connections gauge',
    `cloudflared_tunnel_ha_connections ${readyConnections}`,
    '# TYPE cloudflared_tunnel_total_requests counter',
    `cloudflared_tunnel_total_requests ${requests}`,
    '# TYPE cloudflared_tunnel_request_errors counter',
    `cloudflared_tunnel_request_errors ${failures}`,
    '# TYPE cloudflared_tunnel_concurrent_requests_per_tunnel gauge',
    `cloudflared_tunnel_concurrent_requests_per_tunnel ${activeRequests}`,
    '',
  ].join('\n');
}
