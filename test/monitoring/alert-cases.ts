/** For each alert, samples with which it fires and samples with which it stays silent, one sample a minute. */

/** Series in Prometheus' notation, by the values in the notation of `promtool test rules`. */
type Series = Readonly<Record<string, string>>;

export interface AlertCase {
  readonly alert: string;
  readonly fires: {
    readonly series: Series;
    readonly at: string;
    readonly labels: Readonly<Record<string, string>>;
    /** The value as the description prints it. */
    readonly value?: string;
  };
  readonly silent: { readonly series: Series; readonly at: string };
}

const OPERATOR = 'namespace="cftunnel-system",pod="cftunnel-operator-1"';
const NAMESPACE = { namespace: 'cftunnel-system' };
const HOME = { ...NAMESPACE, tunnel: 'shop/home' };
const CONNECTOR = 'namespace="shop",tunnel="shop/home"';

/** A series of the operator. */
function own(name: string, labels = ''): string {
  return `cftunnel_${name}{${labels === '' ? '' : `${labels},`}${OPERATOR}}`;
}

function ofHome(name: string, labels = ''): string {
  return own(name, `tunnel="shop/home"${labels === '' ? '' : `,${labels}`}`);
}

function connectors(state: string): string {
  return ofHome('connectors', `state="${state}"`);
}

const LASTING = { at: '70m' };

export const ALERT_CASES: readonly AlertCase[] = [
  {
    alert: 'CftunnelOperatorAbsent',
    fires: { series: { [own('build_info', 'version="1.0.0"')]: '1x5 stale' }, at: '16m', labels: {} },
    silent: { series: { [own('build_info', 'version="1.0.0"')]: '1x5 stale 1x60' }, ...LASTING },
  },
  {
    alert: 'CftunnelNotLeading',
    fires: { series: { [own('leader')]: '0x10' }, at: '6m', labels: NAMESPACE },
    silent: {
      series: {
        [own('leader')]: '0x100',
        'cftunnel_leader{namespace="cftunnel-system",pod="cftunnel-operator-2"}': '1x100',
      },
      ...LASTING,
    },
  },
  {
    alert: 'CftunnelPassesFailing',
    fires: { series: { [ofHome('tunnel_last_success_timestamp_seconds')]: '0x100' }, at: '46m', labels: HOME },
    silent: {
      series: {
        [ofHome('tunnel_last_success_timestamp_seconds')]: '0+60x100',
        'cftunnel_tunnel_last_success_timestamp_seconds{tunnel="shop/broken",namespace="cftunnel-system"}': '0x100',
        'cftunnel_tunnel_condition{tunnel="shop/broken",type="Ready",status="False",reason="SecretNotFound",namespace="cftunnel-system"}':
          '1x100',
        'cftunnel_tunnel_last_success_timestamp_seconds{tunnel="shop/idle",namespace="cftunnel-system"}': '0x100',
        'cftunnel_tunnel_condition{tunnel="shop/idle",type="Ready",status="Unknown",reason="Suspended",namespace="cftunnel-system"}':
          '1x100',
      },
      ...LASTING,
    },
  },
  {
    alert: 'CftunnelQueueBackedUp',
    fires: {
      series: { [own('queue_depth', 'controller="tunnel"')]: '30x100' },
      at: '31m',
      labels: { ...NAMESPACE, controller: 'tunnel' },
      value: '30',
    },
    silent: {
      series: { [own('queue_depth', 'controller="tunnel"')]: '500x5 0 500x5 0 500x5 0 500x5 0x60' },
      at: '24m',
    },
  },
  {
    alert: 'CftunnelHeapNearlyFull',
    fires: {
      series: { [`nodejs_heap_size_used_bytes{${OPERATOR}}`]: '90x100', [own('heap_limit_bytes')]: '100x100' },
      at: '16m',
      labels: { ...NAMESPACE, pod: 'cftunnel-operator-1' },
      value: '90%',
    },
    silent: {
      series: { [`nodejs_heap_size_used_bytes{${OPERATOR}}`]: '60x100', [own('heap_limit_bytes')]: '100x100' },
      ...LASTING,
    },
  },
  {
    alert: 'CftunnelInternalError',
    fires: {
      series: { [own('reconcile_total', 'controller="tunnel",reason="InternalError"')]: '1+1x30' },
      at: '5m',
      labels: { ...NAMESPACE, controller: 'tunnel' },
    },
    silent: {
      series: {
        [own('reconcile_total', 'controller="tunnel",reason="InternalError"')]: '3x100',
        [own('reconcile_total', 'controller="tunnel",reason="RateLimited"')]: '0+1x100',
      },
      ...LASTING,
    },
  },
  {
    alert: 'CftunnelCloudflareFailing',
    fires: {
      series: {
        [own('cloudflare_requests_total', 'endpoint="GET /zones",status="200"')]: '0+60x100',
        [own('cloudflare_requests_total', 'endpoint="GET /zones",status="0"')]: '0+30x100',
        [own('cloudflare_requests_total', 'endpoint="GET /zones",status="503"')]: '0+30x100',
      },
      at: '40m',
      labels: NAMESPACE,
      value: '50%',
    },
    silent: {
      series: {
        [own('cloudflare_requests_total', 'endpoint="GET /zones",status="200"')]: '0+60x100',
        [own('cloudflare_requests_total', 'endpoint="GET /zones",status="404"')]: '0+60x100',
        [own('cloudflare_requests_total', 'endpoint="GET /zones",status="500"')]: '0+6x100',
      },
      ...LASTING,
    },
  },
  {
    alert: 'CftunnelCallBudgetShort',
    fires: {
      series: {
        [own('cloudflare_calls_left', 'token="0123abcd"')]:
          '1000 700 400 150 1000 700 400 150 1000 700 400 150 1000 700 400 150 1000 700 400 150 1000 700 400 150',
      },
      at: '23m',
      labels: { ...NAMESPACE, token: '0123abcd' },
      value: '150',
    },
    silent: { series: { [own('cloudflare_calls_left', 'token="0123abcd"')]: '1000 150 1000x100' }, ...LASTING },
  },
  {
    alert: 'CftunnelLeftBehind',
    fires: {
      series: { [own('orphans', 'kind="record"')]: '2x100', [own('orphans', 'kind="tunnel"')]: '0x100' },
      at: '61m',
      labels: { ...NAMESPACE, kind: 'record' },
      value: '2',
    },
    silent: {
      series: { [own('orphans', 'kind="record"')]: '2x30 0x100', [own('orphans', 'kind="tunnel"')]: '0x100' },
      ...LASTING,
    },
  },
  {
    alert: 'CftunnelDriftRecurring',
    fires: {
      series: { [own('drift_repaired_total', 'kind="record"')]: '0+1x200' },
      at: '100m',
      labels: { ...NAMESPACE, kind: 'record' },
      value: '60',
    },
    silent: { series: { [own('drift_repaired_total', 'kind="record"')]: '0x10 5x100' }, ...LASTING },
  },
  {
    alert: 'CftunnelNoConnectors',
    fires: { series: { [connectors('ready')]: '0x10', [connectors('expected')]: '2x10' }, at: '6m', labels: HOME },
    silent: { series: { [connectors('ready')]: '0x100', [connectors('expected')]: '0x100' }, ...LASTING },
  },
  {
    alert: 'CftunnelConnectorsMissing',
    fires: {
      series: { [connectors('ready')]: '1x100', [connectors('expected')]: '2x100' },
      at: '16m',
      labels: HOME,
      value: '1',
    },
    silent: { series: { [connectors('ready')]: '1x10 2x100', [connectors('expected')]: '2x200' }, ...LASTING },
  },
  {
    alert: 'CftunnelForeignConnectors',
    fires: { series: { [connectors('foreign')]: '3x100' }, at: '11m', labels: HOME, value: '3' },
    silent: { series: { [connectors('foreign')]: '0x100' }, ...LASTING },
  },
  {
    alert: 'CftunnelTunnelNotReady',
    fires: {
      series: {
        [ofHome('tunnel_condition', 'type="Ready",status="False",reason="RateLimited"')]: '1x8 stale',
        [ofHome('tunnel_condition', 'type="Ready",status="Unknown",reason="Progressing"')]: '_x8 1x60',
      },
      at: '16m',
      labels: HOME,
    },
    silent: {
      series: {
        [ofHome('tunnel_condition', 'type="Ready",status="True",reason="Ready"')]: '1x100',
        [ofHome('tunnel_condition', 'type="DNSReady",status="False",reason="CloudflareRefused"')]: '1x100',
        'cftunnel_tunnel_condition{tunnel="shop/other",type="Ready",status="False",reason="RecordsRefused",namespace="cftunnel-system"}':
          '1x100',
        'cftunnel_tunnel_condition{tunnel="shop/idle",type="Ready",status="Unknown",reason="Suspended",namespace="cftunnel-system"}':
          '1x100',
      },
      ...LASTING,
    },
  },
  {
    alert: 'CftunnelTokenRotationOverdue',
    fires: {
      series: { [ofHome('token_rotation_due_timestamp_seconds')]: '-172800x100' },
      at: '16m',
      labels: HOME,
      value: '2d 0h 16m 0s',
    },
    silent: { series: { [ofHome('token_rotation_due_timestamp_seconds')]: '86400x100' }, ...LASTING },
  },
  {
    alert: 'CftunnelTokenOld',
    fires: {
      series: { [ofHome('token_age_seconds')]: '34560000x100' },
      at: '61m',
      labels: HOME,
      value: '400d 0h 0m 0s',
    },
    silent: { series: { [ofHome('token_age_seconds')]: '8640000x100' }, ...LASTING },
  },
  {
    alert: 'CftunnelRulesBehind',
    fires: {
      series: {
        [ofHome('tunnel_config_version')]: '5x100',
        [`cloudflared_orchestration_config_version{${CONNECTOR},pod="home-1"}`]: '5x100',
        [`cloudflared_orchestration_config_version{${CONNECTOR},pod="home-2"}`]: '4x100',
      },
      at: '11m',
      labels: { tunnel: 'shop/home' },
      value: '5',
    },
    silent: {
      series: {
        [ofHome('tunnel_config_version')]: '5x100',
        [`cloudflared_orchestration_config_version{${CONNECTOR},pod="home-1"}`]: '4x5 5x100',
        'cloudflared_orchestration_config_version{namespace="shop",tunnel="shop/local",pod="local-1"}': '0x100',
      },
      ...LASTING,
    },
  },
  {
    alert: 'CftunnelOriginErrors',
    fires: {
      series: {
        [`cloudflared_tunnel_request_errors{${CONNECTOR},pod="home-1"}`]: '0+30x100',
        [`cloudflared_tunnel_total_requests{${CONNECTOR},pod="home-1"}`]: '0+60x100',
        [`cloudflared_tunnel_request_errors{${CONNECTOR},pod="home-2"}`]: '0x100',
        [`cloudflared_tunnel_total_requests{${CONNECTOR},pod="home-2"}`]: '0+60x100',
      },
      at: '30m',
      labels: { tunnel: 'shop/home' },
      value: '25%',
    },
    silent: {
      series: {
        [`cloudflared_tunnel_request_errors{${CONNECTOR},pod="home-1"}`]: '0x100',
        [`cloudflared_tunnel_total_requests{${CONNECTOR},pod="home-1"}`]: '0x100',
      },
      ...LASTING,
    },
  },
  {
    alert: 'CftunnelHostnameRefused',
    fires: {
      series: {
        [ofHome('hostname_state', 'hostname="a.example.com",state="refused",reason="RecordConflict"')]: '1x100',
      },
      at: '31m',
      labels: { ...HOME, hostname: 'a.example.com', reason: 'RecordConflict' },
    },
    silent: {
      series: {
        [ofHome('hostname_state', 'hostname="a.example.com",state="refused",reason="RecordConflict"')]: '1x20 stale',
        [ofHome('hostname_state', 'hostname="a.example.com",state="live",reason=""')]: '_x21 1x100',
      },
      ...LASTING,
    },
  },
  {
    alert: 'CftunnelHostnamesPending',
    fires: { series: { [ofHome('records', 'state="pending"')]: '2x100' }, at: '31m', labels: HOME, value: '2' },
    silent: {
      series: { [ofHome('records', 'state="pending"')]: '2x10 0x100', [ofHome('records', 'state="live"')]: '5x120' },
      ...LASTING,
    },
  },
  {
    alert: 'CftunnelRequestsRefused',
    fires: {
      series: { [own('sources', 'kind="Service",status="False",reason="NotAllowed"')]: '4x100' },
      at: '31m',
      labels: { ...NAMESPACE, kind: 'Service', reason: 'NotAllowed' },
      value: '4',
    },
    silent: {
      series: {
        [own('sources', 'kind="Service",status="False",reason="NoReadyEndpoints"')]: '4x100',
        [own('sources', 'kind="Service",status="True",reason="Exposed"')]: '4x100',
      },
      ...LASTING,
    },
  },
  {
    alert: 'CftunnelNoReadyEndpoints',
    fires: {
      series: { [own('sources', 'kind="Service",status="False",reason="NoReadyEndpoints"')]: '1x100' },
      at: '16m',
      labels: { ...NAMESPACE, kind: 'Service' },
      value: '1',
    },
    silent: { series: { [own('sources', 'kind="Service",status="True",reason="Exposed"')]: '4x100' }, ...LASTING },
  },
  {
    alert: 'CftunnelSlowToServe',
    fires: {
      series: {
        [own('time_to_serve_seconds_bucket', 'le="60"')]: '0+1x200',
        [own('time_to_serve_seconds_bucket', 'le="120"')]: '0+10x200',
        [own('time_to_serve_seconds_bucket', 'le="+Inf"')]: '0+10x200',
      },
      at: '90m',
      labels: NAMESPACE,
      value: '1m 53s',
    },
    silent: {
      series: {
        [own('time_to_serve_seconds_bucket', 'le="60"')]: '0+10x200',
        [own('time_to_serve_seconds_bucket', 'le="120"')]: '0+10x200',
        [own('time_to_serve_seconds_bucket', 'le="+Inf"')]: '0+10x200',
      },
      ...LASTING,
    },
  },
  {
    alert: 'CftunnelServiceTokenExpiring',
    fires: {
      series: {
        [tokenExpiry('robot')]: '260160x100',
        [tokenCondition('robot', 'TokenIssued')]: '1x8 stale',
        [tokenCondition('robot', 'TokenExpiresSoon')]: '_x9 1x100',
      },
      at: '32m',
      labels: { ...NAMESPACE, object: 'shop/robot' },
      value: '2d 23h 44m 0s',
    },
    silent: {
      series: {
        // It lasts a day at most, and is extended every few hours.
        [tokenExpiry('brief')]: '43200x100',
        [tokenCondition('brief', 'TokenIssued')]: '1x100',
        [tokenExpiry('long')]: '864000x100',
        [tokenCondition('long', 'CloudflareUnavailable')]: '1x100',
        [tokenExpiry('deleted')]: '43200x100',
        [tokenCondition('deleted', 'InUse')]: '1x100',
      },
      ...LASTING,
    },
  },
];

function tokenExpiry(name: string): string {
  return own('access_service_token_expiry_timestamp_seconds', `object="shop/${name}"`);
}

function tokenCondition(name: string, reason: string): string {
  return own('access_condition', `kind="AccessServiceToken",object="shop/${name}",reason="${reason}"`);
}
