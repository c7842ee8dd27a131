// The dashboard of the operator: does it work, is it fast enough, what does it spend.
const OWN = 'namespace=~"$namespace"';

/** Rate of a counter, summed by labels. */
const rate = (metric, by, filter = OWN) => `sum by (${by}) (rate(${metric}{${filter}}[$__rate_interval]))`;
const quantile = (q, metric, by) => `histogram_quantile(${q}, ${rate(`${metric}_bucket`, ['le', ...by].join(', '))})`;

export const OPERATOR = {
  uid: 'cftunnel-operator',
  title: 'cftunnel / Operator',
  variables: [{ name: 'namespace', label: 'Namespace of the operator', of: 'cftunnel_build_info' }],
  rows: [
    {
      title: 'Overview',
      panels: [
        {
          title: 'Leaders',
          kind: 'stat',
          about: 'Must be 1: none means that nothing is carried out.',
          thresholds: { red: null, green: 1, orange: 2 },
          queries: [{ expr: `sum(cftunnel_leader{${OWN}})` }],
        },
        {
          title: 'Release',
          kind: 'stat',
          about: 'Several while a new release is rolled out.',
          showName: true,
          queries: [{ expr: `count by (version) (cftunnel_build_info{${OWN}})`, legend: '{{version}}' }],
        },
        {
          title: 'Tunnels that are not ready',
          kind: 'stat',
          about: 'Without those that are suspended or being deleted.',
          thresholds: { green: null, red: 1 },
          queries: [
            {
              expr: `count(cftunnel_tunnel_condition{type="Ready",status!="True",reason!~"Suspended|Deleting",${OWN}}) or vector(0)`,
            },
          ],
        },
        {
          title: 'Hostnames',
          kind: 'stat',
          about: 'Live, pending and refused hostnames of all Tunnels.',
          showName: true,
          queries: [{ expr: `sum by (state) (cftunnel_records{${OWN}})`, legend: '{{state}}' }],
        },
        {
          title: 'Objects that ask to be exposed',
          kind: 'bars',
          about: 'By the reason of their condition cftunnel.io/Exposed.',
          queries: [{ expr: `sum by (kind, reason) (cftunnel_sources{${OWN}})`, legend: '{{kind}} {{reason}}' }],
        },
      ],
    },
    {
      title: 'From request to served',
      panels: [
        {
          title: 'Time to serve a new hostname',
          about: 'From the event that shows it until every connector has its rule and its record exists.',
          unit: 's',
          queries: [0.5, 0.9, 0.99].map((q) => ({
            expr: quantile(q, 'cftunnel_time_to_serve_seconds', []),
            legend: `${q * 100} %`,
          })),
        },
        {
          title: 'Requests served',
          about: 'New hostnames and paths that were served in an hour.',
          queries: [
            {
              expr: `sum(increase(cftunnel_time_to_serve_seconds_count{${OWN}}[1h]))`,
              legend: 'served in the last hour',
            },
          ],
        },
      ],
    },
    {
      title: 'Reconciliation',
      panels: [
        {
          title: 'Passes',
          about: 'By controller.',
          unit: 'ops',
          queries: [{ expr: rate('cftunnel_reconcile_total', 'controller'), legend: '{{controller}}' }],
        },
        {
          title: 'Failed passes',
          about: 'By controller and reason of the first failure. The reasons are those of conditions.',
          unit: 'ops',
          queries: [
            {
              expr: rate('cftunnel_reconcile_total', 'controller, reason', `reason!="",${OWN}`),
              legend: '{{controller}} {{reason}}',
            },
          ],
        },
        {
          title: 'Duration of a pass (90 %)',
          about: 'By controller.',
          unit: 's',
          queries: [
            { expr: quantile(0.9, 'cftunnel_reconcile_duration_seconds', ['controller']), legend: '{{controller}}' },
          ],
        },
        {
          title: 'Queues',
          about: 'Keys that are ready or being reconciled. They should empty within minutes.',
          queries: [{ expr: `max by (controller) (cftunnel_queue_depth{${OWN}})`, legend: '{{controller}}' }],
        },
      ],
    },
    {
      title: 'Cloudflare',
      panels: [
        {
          title: 'Calls',
          about: 'By endpoint.',
          unit: 'reqps',
          queries: [{ expr: rate('cftunnel_cloudflare_requests_total', 'endpoint'), legend: '{{endpoint}}' }],
        },
        {
          title: 'Answers',
          about: 'By HTTP status; 0: no answer.',
          unit: 'reqps',
          queries: [{ expr: rate('cftunnel_cloudflare_requests_total', 'status'), legend: '{{status}}' }],
        },
        {
          title: 'Latency (90 %)',
          about: 'By endpoint.',
          unit: 's',
          queries: [
            {
              expr: quantile(0.9, 'cftunnel_cloudflare_request_duration_seconds', ['endpoint']),
              legend: '{{endpoint}}',
            },
          ],
        },
        {
          title: 'Calls left',
          about: 'Of 1,000 in five minutes, by digest of the token. Drift checks pause below 200, changes below 20.',
          min: 0,
          queries: [{ expr: `min by (token) (cftunnel_cloudflare_calls_left{${OWN}})`, legend: '{{token}}' }],
        },
        {
          title: 'Repairs',
          about: 'Changes by others that were reverted in an hour.',
          queries: [
            { expr: `sum by (kind) (increase(cftunnel_drift_repaired_total{${OWN}}[1h]))`, legend: '{{kind}}' },
          ],
        },
        {
          title: 'Left behind',
          about: 'Objects of deleted Tunnels that are still at Cloudflare.',
          queries: [{ expr: `max by (kind) (cftunnel_orphans{${OWN}})`, legend: '{{kind}}' }],
        },
      ],
    },
    {
      title: 'Process',
      panels: [
        {
          title: 'Heap',
          about: 'The process exits when the heap reaches its limit, which follows the memory limit of the container.',
          unit: 'bytes',
          min: 0,
          queries: [
            { expr: `max by (pod) (nodejs_heap_size_used_bytes{${OWN}} and cftunnel_leader)`, legend: '{{pod}} used' },
            { expr: `max by (pod) (cftunnel_heap_limit_bytes{${OWN}})`, legend: '{{pod}} limit' },
          ],
        },
        {
          title: 'Resident memory',
          about: 'What counts against the memory limit of the container.',
          unit: 'bytes',
          min: 0,
          queries: [
            { expr: `max by (pod) (process_resident_memory_bytes{${OWN}} and cftunnel_leader)`, legend: '{{pod}}' },
          ],
        },
        {
          title: 'CPU',
          about: 'Seconds of CPU per second.',
          min: 0,
          queries: [
            {
              expr: `sum by (pod) (rate(process_cpu_seconds_total{${OWN}}[$__rate_interval]) and cftunnel_leader)`,
              legend: '{{pod}}',
            },
          ],
        },
        {
          title: 'Event loop lag (99 %)',
          about: 'How long the process is too busy to react.',
          unit: 's',
          min: 0,
          queries: [
            { expr: `max by (pod) (nodejs_eventloop_lag_p99_seconds{${OWN}} and cftunnel_leader)`, legend: '{{pod}}' },
          ],
        },
      ],
    },
  ],
};
