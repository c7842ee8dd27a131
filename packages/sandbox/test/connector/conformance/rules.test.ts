import { describe, expect, it } from '@jest/globals';
import { running, type Running, type Subject, SUBJECTS } from './subjects.ts';

const RULES = `
ingress:
  - { hostname: app.example.com, path: "^/api(/|$)", service: "http_status:201" }
  - { hostname: app.example.com, path: /static, service: "http_status:202" }
  - { hostname: app.example.com, path: "^/caf\u00e9 x$", service: "http_status:203" }
  - { hostname: app.example.com, service: "http_status:205" }
  - { hostname: app.example.com, service: "http_status:206" }
  - { hostname: "*.example.com", service: "http_status:207" }
  - { hostname: "*example.org", service: "http_status:208" }
  - { hostname: b\u00fccher.test, service: "http_status:226" }
  - { hostname: Upper.test, service: "http_status:230" }
  - { path: "(?i)^/ANY", service: "http_status:231" }
  - { service: "http_status:404" }
`;

const ASKED = [
  { host: 'app.example.com', path: '/', status: 205 },
  { host: 'app.example.com:8443', path: '/', status: 205 },
  { host: 'app.example.com', path: '/api', status: 201 },
  { host: 'app.example.com', path: '/api?x=/y', status: 201 },
  { host: 'app.example.com', path: '/api/v1', status: 201 },
  { host: 'app.example.com', path: '/apiary', status: 205 },
  { host: 'app.example.com', path: '/%61pi', status: 201 },
  { host: 'app.example.com', path: '/deep/static/x', status: 202 },
  { host: 'app.example.com', path: '/x?y=/static', status: 205 },
  { host: 'app.example.com', path: '/caf%C3%A9%20x', status: 203 },
  { host: 'App.example.com', path: '/', status: 207 },
  { host: 'a.b.example.com', path: '/', status: 207 },
  { host: 'example.com', path: '/', status: 404 },
  { host: 'APP.EXAMPLE.COM', path: '/', status: 404 },
  { host: 'www.example.org', path: '/', status: 404 },
  { host: 'xn--bcher-kva.test', path: '/', status: 226 },
  { host: 'Upper.test', path: '/', status: 230 },
  { host: 'upper.test', path: '/', status: 230 },
  { host: 'anything.test', path: '/anything', status: 231 },
];

/** Pushed in this order. Each has the reply to the push, and the response to a request afterwards. */
const PUSHES = [
  {
    case: 'accepts a valid one',
    version: 1,
    config: { ingress: [{ service: 'http_status:201' }] },
    applied: 1,
    status: 201,
  },
  { case: 'ignores the same version', version: 1, config: {}, applied: 1, status: 201 },
  { case: 'rejects an invalid service', version: 2, config: { ingress: [{ service: 'x' }] }, applied: 1, status: 201 },
  {
    case: 'rejects a duration in words',
    version: 3,
    config: withOrigin({ connectTimeout: '30s' }),
    applied: 1,
    status: 201,
  },
  { case: 'rejects a missing caPool', version: 4, config: withOrigin({ caPool: '/missing' }), applied: 1, status: 201 },
  {
    case: 'rejects a number as host',
    version: 5,
    config: { ingress: [{ hostname: 5, service: 'http://x' }] },
    applied: 1,
    status: 201,
  },
  {
    case: 'rejects a fraction of connections',
    version: 6,
    config: withOrigin({ keepAliveConnections: 1.5 }),
    applied: 1,
    status: 201,
  },
  {
    case: 'rejects a text for a boolean under a key in any case',
    version: 7,
    config: withOrigin({ notlsverify: 'x' }),
    applied: 1,
    status: 201,
  },
  { case: 'rejects an empty document', version: 8, config: null, applied: 1, status: 201 },
  { case: 'rejects a text', version: 9, config: 'x', applied: 1, status: 201 },
  { case: 'accepts no rules', version: 10, config: { ingress: [] }, applied: 10, status: 503 },
  {
    case: 'accepts keys in any case',
    version: 11,
    config: { INGRESS: [{ SERVICE: 'http_status:202' }] },
    applied: 11,
    status: 202,
  },
  {
    case: 'accepts unknown keys',
    version: 12,
    config: { x: 1, ingress: [{ y: 2, service: 'http_status:203' }] },
    applied: 12,
    status: 203,
  },
  {
    case: 'accepts a negative number of connections',
    version: 13,
    config: { ingress: [{ service: 'http_status:205', originRequest: { keepAliveConnections: -1 } }] },
    applied: 13,
    status: 205,
  },
];

function withOrigin(originRequest: unknown): unknown {
  return { ingress: [{ service: 'http://x', originRequest }] };
}

describe.each(SUBJECTS)('$name', (subject) => {
  it('uses the first rule that matches host and path', async () => {
    const { edge } = await running(subject, RULES);

    const statuses: number[] = [];
    for (const { host, path } of ASKED) statuses.push((await edge.ask(path, { ':authority': host })).status);

    expect(ASKED.map((asked, index) => ({ ...asked, status: statuses[index] }))).toEqual(ASKED);
  });

  it('applies a configuration from the edge completely or not at all', async () => {
    const { edge } = await aRemoteConnector(subject);
    const [connection] = edge.connections;

    const seen: object[] = [];
    for (const { version, config } of PUSHES) {
      const answer = await connection?.configure({ version, config });
      seen.push({
        applied: answer?.lastAppliedVersion,
        isRefused: answer?.err !== null,
        status: (await edge.ask()).status,
      });
    }

    expect(PUSHES.map((push, index) => ({ case: push.case, ...seen[index] }))).toEqual(
      PUSHES.map((push) => ({
        case: push.case,
        applied: push.applied,
        isRefused: push.case.startsWith('rejects'),
        status: push.status,
      })),
    );
  });
});

/** A connector of a remotely managed tunnel, which does not report its rules. */
async function aRemoteConnector(subject: Subject): Promise<Running> {
  const tunnel = await running(subject, '');
  tunnel.edge.isRemotelyManaged = true;
  return tunnel;
}
