import { describe, expect, it } from '@jest/globals';
import { eventually } from '../../edge/eventually.ts';
import { toWeb } from './origins.ts';
import { running, type Running, SUBJECTS } from './subjects.ts';

const NAMES = [
  'build_info',
  'cloudflared_orchestration_config_version',
  'cloudflared_tunnel_concurrent_requests_per_tunnel',
  'cloudflared_tunnel_ha_connections',
  'cloudflared_tunnel_request_errors',
  'cloudflared_tunnel_total_requests',
];

const DEFAULTS = {
  connectTimeout: 30,
  tlsTimeout: 10,
  tcpKeepAlive: 30,
  noHappyEyeballs: false,
  keepAliveTimeout: 90,
  keepAliveConnections: 100,
  httpHostHeader: '',
  originServerName: '',
  matchSNItoHost: false,
  caPool: '',
  noTLSVerify: false,
  disableChunkedEncoding: false,
  bastionMode: false,
  proxyAddress: '127.0.0.1',
  proxyPort: 0,
  proxyType: '',
  ipRules: null,
  http2Origin: false,
  access: { teamName: '', audTag: null },
};

/** Requests the metrics port, once it listens. */
async function ask({ container }: Running, path: string): Promise<Response> {
  for (;;) {
    const response = await fetch(`http://${container.addressOf(2000)}${path}`).catch(() => undefined);
    if (response !== undefined) return response;
  }
}

describe.each(SUBJECTS)('$name', (subject) => {
  it('reports readiness, health and counters on its metrics port', async () => {
    const tunnel = await running(subject, toWeb());
    await tunnel.edge.ask('/', { ':authority': 'status.example.com' });
    const told = async (path: string) => {
      const response = await ask(tunnel, path);
      return [response.status, response.headers.get('content-type'), await response.text()] as const;
    };

    const [status, , ready] = await told('/ready?x=1');
    expect([status, JSON.parse(ready)]).toEqual([
      200,
      { status: 200, readyConnections: expect.any(Number), connectorId: tunnel.edge.requests[0]?.connector.id },
    ]);
    expect(await told('/healthcheck')).toEqual([200, 'text/plain; charset=utf-8', 'OK\n']);
    expect(await told('/nonsense')).toEqual([404, 'text/plain; charset=utf-8', '404 page not found\n']);
    const [, type, metrics] = await told('/metrics');
    expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(NAMES.filter((name) => !new RegExp(`^# TYPE ${name} `, 'm').test(metrics))).toEqual([]);
    expect(metrics).toMatch(/^cloudflared_tunnel_total_requests 1$/m);
    expect(metrics).toMatch(/^cloudflared_orchestration_config_version 0$/m);
  });

  it('is not ready before it is registered', async () => {
    const refusal = {
      kind: 'refused',
      cause: 'Unauthorized: Tunnel not found',
      shouldRetry: true,
      retryAfterMs: 0,
    } as const;
    const tunnel = await running(subject, toWeb());
    tunnel.edge.refusal = refusal;
    for (const connection of tunnel.edge.connections) connection.drop();
    await eventually(() => tunnel.edge.connections.size === 0);

    const response = await ask(tunnel, '/ready');

    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 503, readyConnections: 0, connectorId: tunnel.edge.requests[0]?.connector.id },
    ]);
    expect((await ask(tunnel, '/healthcheck')).status).toBe(200);
  });

  it('reports the active rules with every setting, and their version', async () => {
    const file = `
originRequest: { tlsTimeout: 1m, http2Origin: true }
ingress:
  - { hostname: app.example.com, path: "^/a", service: "http://web:80", originRequest: { connectTimeout: 5s } }
  - { service: "http_status:404" }
`;
    const tunnel = await running(subject, file);
    const config = async () => (await ask(tunnel, '/config')).json();
    const ofFile = { ...DEFAULTS, tlsTimeout: 60, http2Origin: true };
    const rule = { hostname: '', path: null, Handlers: null };

    expect(await config()).toEqual({
      version: -1,
      config: {
        ingress: [
          {
            ...rule,
            hostname: 'app.example.com',
            path: '^/a',
            service: 'http://web:80',
            originRequest: { ...ofFile, connectTimeout: 5 },
          },
          { ...rule, service: 'http_status:404', originRequest: ofFile },
        ],
        'warp-routing': {},
        originRequest: ofFile,
      },
    });
    const [connection] = tunnel.edge.connections;
    await connection?.configure({ version: 7, config: { ingress: [] } });
    expect(await config()).toMatchObject({
      version: 7,
      config: {
        ingress: [{ ...rule, service: 'http_status:503', originRequest: { connectTimeout: 0, proxyAddress: '' } }],
        originRequest: DEFAULTS,
      },
    });
  });
});
