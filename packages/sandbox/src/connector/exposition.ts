import type { RunningConnector } from './connector.ts';

interface Metric {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly value: number;
  readonly labels?: string;
}

/** The content of `/metrics`, with cloudflared's names. */
export function exposition(connector: RunningConnector): string {
  return metricsOf(connector)
    .map(({ name, type, value, labels = '' }) => `# TYPE ${name} ${type}\n${name}${labels} ${value}\n`)
    .join('');
}

function metricsOf(connector: RunningConnector): Metric[] {
  const { readyConnections, configVersion, requests, activeRequests, failures } = connector.state();
  const build = `{goversion="go1.26.8",revision="unknown",type="",version="${connector.version}"}`;
  return [
    { name: 'build_info', type: 'gauge', value: 1, labels: build },
    { name: 'cloudflared_orchestration_config_version', type: 'gauge', value: Math.max(0, configVersion) },
    { name: 'cloudflared_tunnel_concurrent_requests_per_tunnel', type: 'gauge', value: activeRequests },
    { name: 'cloudflared_tunnel_ha_connections', type: 'gauge', value: readyConnections },
    { name: 'cloudflared_tunnel_request_errors', type: 'counter', value: failures },
    { name: 'cloudflared_tunnel_total_requests', type: 'counter', value: requests },
  ];
}
