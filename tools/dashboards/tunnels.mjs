// The dashboard of the Tunnels: is each of them healthy, what does it serve, and how much traffic it carries.
const OWN = 'namespace=~"$namespace",tunnel=~"$tunnel"';

/** Connectors are in the namespaces of their Tunnels, so only the Tunnel selects them. */
const CONNECTORS = 'tunnel=~"$tunnel"';

export const TUNNELS = {
  uid: 'cftunnel-tunnels',
  title: 'cftunnel / Tunnels',
  variables: [
    { name: 'namespace', label: 'Namespace of the operator', of: 'cftunnel_build_info' },
    { name: 'tunnel', label: 'Tunnel', of: 'cftunnel_connectors{namespace=~"$namespace"}' },
  ],
  rows: [
    {
      title: 'Health',
      panels: [
        {
          title: 'Connectors that are missing',
          kind: 'stat',
          about: 'Expected connectors that are not connected.',
          thresholds: { green: null, orange: 1 },
          queries: [
            {
              expr: `sum(max by (tunnel) (cftunnel_connectors{state="expected",${OWN}}) - max by (tunnel) (cftunnel_connectors{state="ready",${OWN}}))`,
            },
          ],
        },
        {
          title: 'Foreign connectors',
          kind: 'stat',
          about: 'Connectors that are not pods of the Tunnel and get some of its requests.',
          thresholds: { green: null, red: 1 },
          queries: [{ expr: `sum(max by (tunnel) (cftunnel_connectors{state="foreign",${OWN}}))` }],
        },
        {
          title: 'Refused hostnames',
          kind: 'stat',
          about: 'Hostnames without a record or a rule.',
          thresholds: { green: null, red: 1 },
          queries: [{ expr: `sum(max by (tunnel) (cftunnel_records{state="refused",${OWN}}))` }],
        },
        {
          title: 'Age of the last successful pass',
          kind: 'stat',
          about: 'Of the Tunnel for which it is longest ago.',
          unit: 's',
          thresholds: { green: null, orange: 900, red: 1800 },
          queries: [{ expr: `max(time() - max by (tunnel) (cftunnel_tunnel_last_success_timestamp_seconds{${OWN}}))` }],
        },
        {
          title: 'Conditions',
          kind: 'table',
          about: 'The conditions in the status of each Tunnel.',
          columns: ['tunnel', 'type', 'status', 'reason'],
          queries: [{ expr: `max by (tunnel, type, status, reason) (cftunnel_tunnel_condition{${OWN}})` }],
        },
        {
          title: 'Hostnames',
          kind: 'table',
          about: 'Refused and pending ones come first when there are more than --metrics-hostnames.',
          columns: ['tunnel', 'hostname', 'state', 'reason'],
          queries: [{ expr: `max by (tunnel, hostname, state, reason) (cftunnel_hostname_state{${OWN}})` }],
        },
        {
          title: 'Hostnames that the table leaves out',
          kind: 'stat',
          about: 'Raise --metrics-hostnames to see them.',
          queries: [
            { expr: 'sum(cftunnel_hostnames_left_out{namespace=~"$namespace"} and on (pod) cftunnel_leader == 1)' },
          ],
        },
      ],
    },
    {
      title: 'What is served',
      panels: [
        {
          title: 'Hostnames by state',
          about: 'Live, pending and refused.',
          queries: [{ expr: `max by (tunnel, state) (cftunnel_records{${OWN}})`, legend: '{{tunnel}} {{state}}' }],
        },
        {
          title: 'Routes',
          about: 'Routes that ask for the Tunnel: attached and refused.',
          queries: [{ expr: `max by (tunnel, state) (cftunnel_routes{${OWN}})`, legend: '{{tunnel}} {{state}}' }],
        },
        {
          title: 'Rules of the connectors that are behind',
          about: 'Versions between the rules at Cloudflare and those of the slowest connector (configMode Remote).',
          queries: [
            {
              expr: `max by (tunnel) (cftunnel_tunnel_config_version{${OWN}}) - on (tunnel) min by (tunnel) (cloudflared_orchestration_config_version{${CONNECTORS}})`,
              legend: '{{tunnel}}',
            },
          ],
        },
        {
          title: 'Age of the token',
          about: 'Since it was created or last rotated.',
          unit: 's',
          queries: [{ expr: `max by (tunnel) (cftunnel_token_age_seconds{${OWN}})`, legend: '{{tunnel}}' }],
        },
      ],
    },
    {
      title: 'Connectors',
      panels: [
        {
          title: 'Connectors by state',
          about: 'Expected, ready and foreign.',
          queries: [{ expr: `max by (tunnel, state) (cftunnel_connectors{${OWN}})`, legend: '{{tunnel}} {{state}}' }],
        },
        {
          title: 'Connections to the edge',
          about: 'Each connector keeps four, and counts those that it is trying to open.',
          queries: [
            { expr: `sum by (tunnel, pod) (cloudflared_tunnel_ha_connections{${CONNECTORS}})`, legend: '{{pod}}' },
          ],
        },
        {
          title: 'Releases of cloudflared',
          about: 'Pods by release.',
          queries: [
            { expr: `count by (tunnel, version) (build_info{${CONNECTORS}})`, legend: '{{tunnel}} {{version}}' },
          ],
        },
      ],
    },
    {
      title: 'Traffic',
      panels: [
        {
          title: 'Requests',
          about: 'That visitors send through the Tunnel. cloudflared does not count them by hostname.',
          unit: 'reqps',
          queries: [
            {
              expr: `sum by (tunnel) (rate(cloudflared_tunnel_total_requests{${CONNECTORS}}[$__rate_interval]))`,
              legend: '{{tunnel}}',
            },
          ],
        },
        {
          title: 'Requests that fail between connector and Service',
          about: 'Visitors get HTTP 502.',
          unit: 'percentunit',
          min: 0,
          queries: [
            {
              expr: `sum by (tunnel) (rate(cloudflared_tunnel_request_errors{${CONNECTORS}}[$__rate_interval])) / sum by (tunnel) (rate(cloudflared_tunnel_total_requests{${CONNECTORS}}[$__rate_interval]))`,
              legend: '{{tunnel}}',
            },
          ],
        },
        {
          title: 'Open requests',
          about: 'Requests that connectors are working on, by pod.',
          queries: [
            {
              expr: `sum by (tunnel, pod) (cloudflared_tunnel_concurrent_requests_per_tunnel{${CONNECTORS}})`,
              legend: '{{pod}}',
            },
          ],
        },
      ],
    },
  ],
};
