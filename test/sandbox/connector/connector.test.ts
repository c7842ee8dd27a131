import { describe, expect, it } from '@jest/globals';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { eventually } from '../edge/eventually.ts';
import { anEdge, anOrigin, stopAfterTest } from '../edge/an-edge.ts';
import { SELF_SIGNED } from '../edge/self-signed.ts';
import { open, visit } from '../edge/visit.ts';

const OTHER_SECRET = Buffer.alloc(32, 8).toString('base64');
const toWeb = (originRequest = '{}', scheme = 'http') => `
ingress:
  - hostname: app.example.com
    service: ${scheme}://web.default.svc:80
    originRequest: ${originRequest}
  - service: http_status:404
`;

describe('a starting connector', () => {
  it('registers, is ready and says so', async () => {
    const { connector, cloud, credentials, log } = await anEdge();

    const running = connector(toWeb());

    expect(running.ready()).toBe(true);
    expect(cloud.connectors.connectorsOf(credentials.tunnelId)).toEqual([running]);
    expect(log.filter((line) => line.includes('Registered tunnel connection'))).toHaveLength(4);
    expect(log.join('\n')).toContain('Registered tunnel connection connIndex=0 connection=');
  });

  it.each([
    { case: 'YAML that is none', yaml: 'ingress: [', line: /./ },
    {
      case: 'rules without a catch-all',
      yaml: toWeb().replace(/ {2}- service: http_status:404\n/, ''),
      line: /^The last ingress rule/,
    },
    {
      case: 'a caPool that is not mounted',
      yaml: toWeb('{ caPool: /missing.pem }'),
      line: /open \/missing\.pem: no such file/,
    },
  ])('exits with 1 on $case', async ({ yaml, line }) => {
    const { connector, cloud, credentials, log } = await anEdge();

    const running = connector(yaml);

    expect(await running.exited).toBe(1);
    expect(running.ready()).toBe(false);
    expect(log.at(-1)).toMatch(line);
    expect(cloud.connectors.connectorsOf(credentials.tunnelId)).toEqual([]);
  });

  it('warns when it has nothing to serve', async () => {
    const { connector, log } = await anEdge();

    connector();

    expect(log.join('\n')).toContain('cloudflared will return 503 for all incoming HTTP requests');
  });

  it('that is unauthorized stays up and tries until it is let in', async () => {
    const { connector, cloud, credentials, log } = await anEdge();
    const { id } = cloud.backdoor.connect(credentials.tunnelId);

    const running = connector(toWeb(), { credentials: { ...credentials, tunnelSecret: OTHER_SECRET } });

    expect(running.ready()).toBe(false);
    await eventually(() => log.filter((line) => line.includes('Retrying connection in up to')).length >= 3);
    expect(log.join('\n')).toContain('error="Unauthorized: Invalid tunnel secret"');
    expect(cloud.connectors.connectorsOf(credentials.tunnelId).map((one) => one.id)).toEqual([id]);
    await fetch(`${cloud.url}/accounts/${credentials.accountTag}/cfd_tunnel/${credentials.tunnelId}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${cloud.backdoor.addToken()}` },
      body: JSON.stringify({ tunnel_secret: OTHER_SECRET }),
    });
    await eventually(() => running.ready());
  });

  it('that is refused for another reason exits with 1', async () => {
    const { connector } = await anEdge();

    const running = connector(toWeb(), {
      registry: { register: () => ({ kind: 'refused', cause: 'no' }), connectorsOf: () => [] },
    });

    expect(await running.exited).toBe(1);
  });
});

describe('a stopping connector', () => {
  it('leaves the edge at once, finishes what runs, and exits with 0', async () => {
    const { connector, cloud, credentials, services, route, front, log } = await anEdge();
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const origin = await anOrigin((_request, response) => {
      arrive();
      void released.then(() => response.end('done'));
    });
    services.set('web.default.svc:80', { kind: 'address', address: origin.address });
    route('app');
    const running = connector(toWeb());
    const answer = visit(front.url, 'app.example.com');
    await arrived;

    const stopped = running.stop(60_000);
    expect(running.ready()).toBe(false);
    expect(cloud.connectors.connectorsOf(credentials.tunnelId)).toEqual([]);
    release();

    expect((await answer).body).toBe('done');
    await stopped;
    expect(await running.exited).toBe(0);
    expect(log.join('\n')).toContain('Initiating graceful shutdown due to signal terminated ...');
  });

  it.each([
    { case: 'when the grace period is over', graceMs: 20, signals: 1 },
    { case: 'at a second signal', graceMs: 60_000, signals: 2 },
  ])('cuts what still runs $case', async ({ graceMs, signals }) => {
    const { connector, services, route, front } = await anEdge();
    const origin = await anOrigin((_request, response) => void response.write('never finished'));
    services.set('web.default.svc:80', { kind: 'address', address: origin.address });
    route('app');
    const running = connector(toWeb());
    const response = await open(front.url, 'app.example.com');
    const cut = new Promise((resolve) => {
      response.once('error', resolve);
    });
    response.resume();

    await Promise.all(Array.from({ length: signals }, () => running.stop(graceMs)));

    expect(await running.exited).toBe(0);
    expect(await cut).toMatchObject({ code: 'ECONNRESET' });
  });
});

const rules = (service: string) => ({ ingress: [{ service }] });

describe('the edge', () => {
  it('may drop its connections; the connector comes back', async () => {
    const { connector, cloud, credentials } = await anEdge();
    const running = connector(toWeb());

    await fetch(`${cloud.url}/accounts/${credentials.accountTag}/cfd_tunnel/${credentials.tunnelId}/connections`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${cloud.backdoor.addToken()}` },
    });

    await eventually(() => running.ready());
    expect(cloud.connectors.connectorsOf(credentials.tunnelId)).toEqual([running]);
  });

  it('may push a configuration, of which the newest valid one holds', async () => {
    const { connector, route, front } = await anEdge();
    route('app');
    const running = connector(toWeb());
    const status = async () => (await visit(front.url, 'app.example.com')).status;

    expect(running.configure?.(1, rules('http_status:201'))).toBe(1);
    expect(await status()).toBe(201);
    expect(running.configure?.(1, rules('http_status:202'))).toBe(1);
    expect(running.configure?.(2, rules('nonsense'))).toBe(1);
    expect(await status()).toBe(201);
    expect(running.configure?.(3, rules('http_status:203'))).toBe(3);
    expect(await status()).toBe(203);
  });
});

describe('connections to the origin', () => {
  it.each([
    { case: 'are kept', originRequest: '{}', connections: 1 },
    {
      case: 'are kept with keepAliveConnections 0, as in Go',
      originRequest: '{ keepAliveConnections: 0 }',
      connections: 1,
    },
    { case: 'are fresh with keepAliveConnections -1', originRequest: '{ keepAliveConnections: -1 }', connections: 5 },
  ])('$case: five requests take $connections', async ({ originRequest, connections }) => {
    const { connector, services, route, front } = await anEdge();
    const origin = await anOrigin((_request, response) => response.end('ok'));
    services.set('web.default.svc:80', { kind: 'address', address: origin.address });
    route('app');
    connector(toWeb(originRequest));

    for (let request = 0; request < 5; request += 1) await visit(front.url, 'app.example.com');

    expect(origin.connections()).toBe(connections);
  });

  it.each([
    { method: 'GET', body: undefined, outcome: [200, 'fresh'] },
    { method: 'POST', body: 'order', outcome: [502, ''] },
  ])('that died in the pool are replaced unless that could repeat a $method', async ({ method, body, outcome }) => {
    const { connector, services, route, front } = await anEdge();
    const old = await anOrigin((_request, response) => response.end('old'));
    const fresh = await anOrigin((_request, response) => response.end('fresh'));
    services.set('web.default.svc:80', { kind: 'address', address: old.address });
    route('app');
    connector(toWeb());
    expect((await visit(front.url, 'app.example.com')).body).toBe('old');

    old.server.removeAllListeners('request').on('request', (request) => request.socket.destroy());
    services.set('web.default.svc:80', { kind: 'address', address: fresh.address });
    const answer = await visit(front.url, 'app.example.com', '/', { method, ...(body === undefined ? {} : { body }) });

    expect([answer.status, answer.body]).toEqual(outcome);
  });

  it.each([
    { case: 'a certificate nobody vouches for', originRequest: '{}', status: 502 },
    { case: 'noTLSVerify', originRequest: '{ noTLSVerify: true }', status: 200 },
    {
      case: 'a caPool and the right name',
      originRequest: '{ caPool: /ca.pem, originServerName: origin.test }',
      status: 200,
    },
    {
      case: 'a caPool and a wrong name',
      originRequest: '{ caPool: /ca.pem, originServerName: other.test }',
      status: 502,
    },
  ])('over TLS with $case give $status', async ({ originRequest, status }) => {
    const { connector, services, route, front } = await anEdge();
    const server = createServer({ key: SELF_SIGNED.key, cert: SELF_SIGNED.cert }, (_request, response) =>
      response.end('ok'),
    );
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    stopAfterTest(async () => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    services.set('web.default.svc:80', { kind: 'address', address: `127.0.0.1:${port}` });
    route('app');
    connector(toWeb(originRequest, 'https'), { files: new Map([['/ca.pem', SELF_SIGNED.cert]]) });

    expect((await visit(front.url, 'app.example.com')).status).toBe(status);
  });
});
