import { describe, expect, it } from '@jest/globals';
import { type EdgeConnection } from '../../../sandbox/edge/tunnel-registry.ts';
import { eventually } from '../edge/eventually.ts';
import { anOrigin } from '../an-origin.ts';
import { aConnector, anEdge, CREDENTIALS, startingConnector } from './a-connector.ts';

const toWeb = `
ingress:
  - hostname: app.example.com
    service: http://web.default.svc:80
  - service: http_status:404
`;
const UNAUTHORIZED = {
  kind: 'refused',
  cause: 'Unauthorized: Tunnel not found',
  shouldRetry: true,
  retryAfterMs: 0,
} as const;

describe('a starting connector', () => {
  it('registers four connections, one after the other, as one connector', async () => {
    const edge = await anEdge();

    const { connector, log } = await aConnector(edge, toWeb);
    await eventually(() => connector.state().readyConnections === 4);

    expect(edge.requests.map(({ connIndex }) => connIndex)).toEqual([0, 1, 2, 3]);
    expect(new Set(edge.requests.map(({ connector: { id } }) => id))).toEqual(new Set([connector.id]));
    expect(edge.requests[0]).toMatchObject({ ...CREDENTIALS, previousAttempts: 0 });
    expect(log.filter((line) => line.includes('Registered tunnel connection'))).toHaveLength(4);
  });

  it('opens no more connections than it has addresses', async () => {
    const edge = await anEdge();

    const { connector } = await aConnector(edge, toWeb, { edges: [edge.address, edge.address] });
    await eventually(() => connector.state().readyConnections === 2);
    await edge.ask();

    expect(edge.requests).toHaveLength(2);
  });

  it('tells the edge its own rules, once', async () => {
    const edge = await anEdge();

    const { connector } = await aConnector(edge, toWeb);
    await eventually(() => connector.state().readyConnections === 4);

    expect(edge.reports).toEqual([
      expect.objectContaining({ ingress: expect.arrayContaining([{ service: 'http_status:404' }]) }),
    ]);
  });

  it('keeps its rules to itself when the edge has the say', async () => {
    const edge = await anEdge();
    edge.isRemotelyManaged = true;

    const { connector } = await aConnector(edge);
    await eventually(() => connector.state().readyConnections === 4);

    expect(edge.reports).toEqual([]);
  });

  it('warns when it has nothing to serve, and answers 503', async () => {
    const edge = await anEdge();

    const { log } = await aConnector(edge);

    expect(log.join('\n')).toContain('cloudflared will return 503 for all incoming HTTP requests');
    expect(await edge.ask()).toMatchObject({ status: 503, src: 'cloudflared' });
  });

  it('that is unauthorized stays up and tries until it is let in', async () => {
    const edge = await anEdge();
    edge.refusal = UNAUTHORIZED;

    const { connector, log } = startingConnector(edge, toWeb);
    await eventually(() => log.filter((line) => line.includes('Retrying connection in up to')).length >= 3);
    expect(log.join('\n')).toContain('error="Unauthorized: Tunnel not found"');
    expect(connector.ready()).toBe(false);

    edge.refusal = undefined;
    await eventually(() => connector.ready());
    expect(edge.requests.slice(0, 3).map(({ previousAttempts }) => previousAttempts)).toEqual([0, 1, 2]);
  });

  it('that is refused for another reason exits with 1', async () => {
    const edge = await anEdge();
    edge.refusal = { ...UNAUTHORIZED, cause: 'no', shouldRetry: false };

    expect(await startingConnector(edge, toWeb).connector.exited).toBe(1);
  });

  it('that finds no edge tries again', async () => {
    const edge = await anEdge();
    const nobody = { ...edge.address, port: 1 };

    const { connector, log } = startingConnector(edge, toWeb, { edges: [nobody] });

    await eventually(() => log.filter((line) => line.includes('Unable to establish connection')).length >= 2);
    expect(connector.ready()).toBe(false);
  });
});

describe('a stopping connector', () => {
  it('leaves the edge at once, finishes what runs, and exits with 0', async () => {
    const edge = await anEdge();
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const origin = await anOrigin((_request, response) => {
      arrive();
      void released.then(() => response.end('done'));
    });
    const { connector, services, log } = await aConnector(edge, toWeb);
    services.set('web.default.svc:80', { kind: 'address', address: origin.address });
    const answer = edge.ask();
    await arrived;

    connector.stop(60_000);
    expect(connector.ready()).toBe(false);
    await eventually(() => edge.connections.size === 0);
    release();

    expect((await answer).body).toBe('done');
    expect(await connector.exited).toBe(0);
    expect(log.filter((line) => / (Initiating|Tunnel server stopped)/.test(line))).toEqual([
      expect.stringContaining('Initiating graceful shutdown due to signal terminated ...'),
      expect.stringContaining('Tunnel server stopped'),
    ]);
  });

  it.each([
    { case: 'when the grace period is over', graceMs: 20, signals: 1 },
    { case: 'at a second signal', graceMs: 60_000, signals: 2 },
  ])('cuts what still runs $case', async ({ graceMs, signals }) => {
    const edge = await anEdge();
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const origin = await anOrigin(() => arrive());
    const { connector, services, log } = await aConnector(edge, toWeb);
    services.set('web.default.svc:80', { kind: 'address', address: origin.address });
    const outcome = edge.ask().then(
      () => 'answered',
      () => 'cut',
    );
    await arrived;

    for (let signal = 0; signal < signals; signal += 1) connector.stop(graceMs);

    expect(await connector.exited).toBe(0);
    expect(await outcome).toBe('cut');
    expect(log.filter((line) => line.includes('Tunnel server stopped'))).toHaveLength(1);
  });

  it('leaves with a connection that is just being registered too', async () => {
    const edge = await anEdge();
    const { connector } = startingConnector(edge, toWeb, { edges: [edge.address] });
    await eventually(() => edge.connections.size === 1); // the edge knows, and its answer is on its way
    const answer = edge.ask();

    connector.stop(60_000);

    expect((await answer).status).toBe(502); // there is no such Service; what counts is that somebody answers
    expect(await connector.exited).toBe(0);
    expect(edge.connections.size).toBe(0);
  });

  it('that is killed says nothing to the edge, and exits with 137', async () => {
    const edge = await anEdge();
    const { connector } = await aConnector(edge, toWeb);

    connector.kill();

    expect(await connector.exited).toBe(137);
    await eventually(() => edge.connections.size === 0);
  });
});

describe('the edge', () => {
  it('may drop its connections; the connector comes back', async () => {
    const edge = await anEdge();
    const { connector } = await aConnector(edge, toWeb);
    await eventually(() => connector.state().readyConnections === 4);
    const old: EdgeConnection[] = [...edge.connections];

    for (const connection of old) connection.drop();

    await eventually(() => edge.connections.size === 4 && old.every((connection) => !edge.connections.has(connection)));
    expect(new Set(edge.requests.map(({ connector: { id } }) => id)).size).toBe(1);
  });

  it('may push a configuration, of which the newest valid one holds', async () => {
    const edge = await anEdge();
    const { connector } = await aConnector(edge, toWeb);
    const push = async (version: number, service: string) => {
      const [connection] = edge.connections;
      return connection?.configure({ version, config: { ingress: [{ service }] } });
    };
    const status = async () => (await edge.ask()).status;

    expect(await push(1, 'http_status:201')).toEqual({ lastAppliedVersion: 1, err: null });
    expect(await status()).toBe(201);
    expect(await push(1, 'http_status:202')).toEqual({ lastAppliedVersion: 1, err: null });
    expect(await push(2, 'nonsense')).toEqual({ lastAppliedVersion: 1, err: {} });
    expect(await status()).toBe(201);
    expect(await push(3, 'http_status:203')).toEqual({ lastAppliedVersion: 3, err: null });
    expect(await status()).toBe(203);
    expect(connector.state().configVersion).toBe(3);
  });
});
