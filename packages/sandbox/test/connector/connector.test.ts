import { describe, expect, it } from '@jest/globals';
import { type EdgeConnection } from '../../src/edge/tunnel-registry.ts';
import { eventually } from '../edge/eventually.ts';
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
  it('registers four connections, one after the other, with the same connector id', async () => {
    const edge = await anEdge();

    const { connector, log } = await aConnector(edge, toWeb);
    await eventually(() => connector.state().readyConnections === 4);

    expect(edge.requests.map(({ connIndex }) => connIndex)).toEqual([0, 1, 2, 3]);
    expect(new Set(edge.requests.map(({ connector: { id } }) => id))).toEqual(new Set([connector.id]));
    expect(edge.requests[0]).toMatchObject({ ...CREDENTIALS, previousAttempts: 0 });
    expect(log.filter((line) => line.includes('Registered tunnel connection'))).toHaveLength(4);
  });

  it('opens at most one connection per address', async () => {
    const edge = await anEdge();

    const { connector } = await aConnector(edge, toWeb, { edges: [edge.address, edge.address] });
    await eventually(() => connector.state().readyConnections === 2);
    await edge.ask();

    expect(edge.requests).toHaveLength(2);
  });

  it('reports its rules to the edge, once', async () => {
    const edge = await anEdge();

    const { connector } = await aConnector(edge, toWeb);
    await eventually(() => connector.state().readyConnections === 4);

    expect(edge.reports).toEqual([
      expect.objectContaining({ ingress: expect.arrayContaining([{ service: 'http_status:404', originRequest: {} }]) }),
    ]);
  });

  it('does not report its rules if the tunnel is managed remotely', async () => {
    const edge = await anEdge();
    edge.isRemotelyManaged = true;

    const { connector } = await aConnector(edge);
    await eventually(() => connector.state().readyConnections === 4);

    expect(edge.reports).toEqual([]);
  });

  it('warns if it has no rules, and answers 503', async () => {
    const edge = await anEdge();

    const { log } = await aConnector(edge);

    expect(log.join('\n')).toContain('cloudflared will return 503 for all incoming HTTP requests');
    expect(await edge.ask()).toMatchObject({ status: 503, src: 'origin' });
  });

  it('stays up and retries until it is authorized', async () => {
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

  it('exits with 1 if it is refused for another reason', async () => {
    const edge = await anEdge();
    edge.refusal = { ...UNAUTHORIZED, cause: 'no', shouldRetry: false };

    expect(await startingConnector(edge, toWeb).connector.exited).toBe(1);
  });

  it('retries if the edge is unreachable', async () => {
    const edge = await anEdge();
    const nobody = { ...edge.address, port: 1 };

    const { connector, log } = startingConnector(edge, toWeb, { edges: [nobody] });

    await eventually(() => log.filter((line) => line.includes('Unable to establish connection')).length >= 2);
    expect(connector.ready()).toBe(false);
  });
});

describe('a stopping connector', () => {
  it('unregisters a connection that is still registering', async () => {
    const edge = await anEdge();
    const { connector } = startingConnector(edge, toWeb, { edges: [edge.address] });
    await eventually(() => edge.connections.size === 1); // the edge has registered it, and its reply is on the way
    const answer = edge.ask();

    connector.stop(60_000);

    expect((await answer).status).toBe(502); // there is no such Service, but the connector has responded
    expect(await connector.exited).toBe(0);
    expect(edge.connections.size).toBe(0);
  });

  it('does not unregister when it is killed, and exits with 137', async () => {
    const edge = await anEdge();
    const { connector } = await aConnector(edge, toWeb);

    connector.kill();

    expect(await connector.exited).toBe(137);
    await eventually(() => edge.connections.size === 0);
  });
});

describe('the edge', () => {
  it('can drop connections, which the connector reopens', async () => {
    const edge = await anEdge();
    const { connector } = await aConnector(edge, toWeb);
    await eventually(() => connector.state().readyConnections === 4);
    const old: EdgeConnection[] = [...edge.connections];

    for (const connection of old) connection.drop();

    await eventually(() => edge.connections.size === 4 && old.every((connection) => !edge.connections.has(connection)));
    expect(new Set(edge.requests.map(({ connector: { id } }) => id)).size).toBe(1);
  });
});
