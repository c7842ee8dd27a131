import type { JsonObject } from './envoy-json.ts';

/** What is counted for each cluster. Envoy knows more than a hundred figures, which nobody needs a thousand times. */
const OF_CLUSTER = [
  'upstream_rq_2xx',
  'upstream_rq_3xx',
  'upstream_rq_4xx',
  'upstream_rq_5xx',
  'upstream_rq_active',
  'upstream_rq_retry',
  'upstream_cx_connect_fail',
  'membership_healthy',
];

/** The rest is about the process: what visitors get, and whether a new configuration is accepted. */
const OF_PROCESS = ['server.', 'cluster_manager.', 'http.visitors.', 'listener_manager.'];

export const STATS: JsonObject = {
  stats_matcher: {
    inclusion_list: {
      patterns: [
        ...OF_PROCESS.map((prefix) => ({ prefix })),
        ...OF_CLUSTER.map((figure) => ({ suffix: `.${figure}` })),
      ],
    },
  },
};
