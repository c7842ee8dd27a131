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
      expect.objectContaining({ ingress: expect.arrayContaining([{ service: 'http_status:404', originRequest: {} }]) }),
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
    expect(await edge.ask()).toMatchObject({ status: 503, src: 'origin' });
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
});
