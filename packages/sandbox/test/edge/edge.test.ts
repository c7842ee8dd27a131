import { describe, expect, it } from '@jest/globals';
import { connect } from 'node:tls';
import { eventually } from '../support/eventually.ts';
import { anOrigin } from '../an-origin.ts';
import { anEdge } from './an-edge.ts';
import { visit } from '../support/visit.ts';

const rules = (service: string) => `ingress:\n  - service: ${service}\n`;
const HOST = 'app.example.com';

describe('a connector at the edge', () => {
  it('is registered, and listed by the API', async () => {
    const { connector, ask } = await anEdge();

    const { id } = await connector(rules('http_status:200'));

    const [client] = (await ask('GET', '/connections')) as Record<string, unknown>[];
    expect(client).toMatchObject({ id, version: expect.stringMatching(/^\d+\./), arch: expect.any(String) });
    const connections = client?.['conns'] as Record<string, unknown>[];
    expect(new Set(connections.map((each) => each['colo_name']))).toEqual(new Set(['ams01', 'fra01']));
    expect(connections).toHaveLength(4);
    expect(connections[0]).toMatchObject({ client_id: id, origin_ip: '127.0.0.1', is_pending_reconnect: false });
    expect(await ask('GET')).toMatchObject({ status: 'healthy', conns_active_at: expect.any(String) });
  });

  it('prevents the deletion of its tunnel until it stops', async () => {
    const { connector, ask } = await anEdge();
    const running = await connector(rules('http_status:200'));

    const refused = await ask('DELETE');
    running.stop(1000);
    await running.exited;

    expect(refused).toBe(1022);
    expect(await ask('GET')).toMatchObject({ status: 'down', conns_inactive_at: expect.any(String) });
    expect(await ask('DELETE')).toMatchObject({ deleted_at: expect.any(String) });
  });

  it('reconnects when its connections are cleaned up', async () => {
    const { connector, ask, cloud, credentials, edge } = await anEdge();
    await connector(rules('http_status:200'));
    const before = edge.connections();

    await ask('DELETE', '/connections');

    expect(cloud.connectors.connectionsOf(credentials.tunnelId)).toEqual([]);
    await eventually(() => expect(cloud.connectors.connectionsOf(credentials.tunnelId)).toHaveLength(4));
    expect(edge.connections().filter((each) => before.includes(each))).toEqual([]);
  });

  it('reports its configuration file to the API', async () => {
    const { connector, ask } = await anEdge();

    await connector(rules('http_status:204'));

    await eventually(async () => {
      expect(await ask('GET', '/configurations')).toMatchObject({
        source: 'local',
        config: { ingress: [{ service: 'http_status:204' }] },
      });
    });
  });

  it('receives every version of a remote configuration once, and reports the active one', async () => {
    const { connector, ask, edge, route, log } = await anEdge({ tunnel: { config_src: 'cloudflare' } });
    route('app');
    await ask('PUT', '/configurations', { config: { ingress: [{ service: 'http_status:201' }] } });
    await connector();
    const status = async () => (await visit(edge.url, HOST)).status;
    await eventually(async () => expect(await status()).toBe(201));

    await ask('PUT', '/configurations', { config: { ingress: [{ service: 'http_status:202' }] } });

    await eventually(async () => expect(await status()).toBe(202));
    expect(await ask('GET', '/connections')).toMatchObject([{ config_version: 2 }]);
    expect(log.filter((line) => line.includes('Updated to new configuration'))).toHaveLength(2);
  });
});

describe('a connection', () => {
  it('finishes running requests when it is drained, and accepts no new ones', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const { connector, edge, route, services, cloud, credentials } = await anEdge();
    const origin = await anOrigin((_request, response) => {
      arrive();
      void released.then(() => response.end('done'));
    });
    services.set('web.default.svc:80', { kind: 'address', address: origin.address });
    route('app');
    await connector(rules('http://web.default.svc:80'));
    const answer = visit(edge.url, HOST);
    await arrived;
    const before = edge.connections();

    for (const connection of before) connection.drain();
    await eventually(() => expect(cloud.connectors.connectionsOf(credentials.tunnelId)).toHaveLength(3));

    expect(before.filter((each) => each.isRegistered)).toEqual([]);
    release();
    expect((await answer).body).toBe('done');
    await eventually(() => expect(edge.connections().filter((each) => before.includes(each))).toEqual([]));
  });

  it.each([
    { lostRequests: 'bad-gateway', method: 'GET', outcome: [502, 'error code: 502'] },
    { lostRequests: 'repeated', method: 'GET', outcome: [200, 'second'] },
    { lostRequests: 'repeated', method: 'POST', outcome: [502, 'error code: 502'] },
  ] as const)(
    'that is lost during a $method leads to $outcome with $lostRequests',
    async ({ lostRequests, method, outcome }) => {
      let arrivals = 0;
      const { connector, edge, route, services } = await anEdge({ assumptions: { lostRequests } });
      const origin = await anOrigin((_request, response) => {
        arrivals += 1;
        if (arrivals > 1) response.end('second');
        else
          edge
            .connections()
            .find((each) => each.running > 0)
            ?.drop();
      });
      services.set('web.default.svc:80', { kind: 'address', address: origin.address });
      route('app');
      await connector(rules('http://web.default.svc:80'));

      const { status, body } = await visit(edge.url, HOST, '/', { method });

      expect([status, body]).toEqual(outcome);
    },
  );

  it('is closed if it does not speak HTTP/2', async () => {
    const { edge } = await anEdge();
    const { host, port, caPem } = edge.address;
    const socket = connect({ host, port, ca: caPem, servername: 'h2.cftunnel.com' });
    const closed = new Promise((resolve) => {
      socket.once('close', resolve);
    });
    socket.on('error', () => undefined);

    socket.write('GET / HTTP/1.1\r\n\r\n');
    socket.resume();

    await closed;
    expect(edge.connections()).toEqual([]);
  });
});
