import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { performServerHandshake, type ServerHttp2Stream } from 'node:http2';
import { connect } from 'node:tls';
import { RegistrationClient } from '../../../src/edge/rpc/registration-client.ts';
import type { RegisterRequest } from '../../../src/edge/rpc/registration.ts';
import { requestKind } from '../../../src/edge/wire/request-kind.ts';
import { eventually } from '../../support/eventually.ts';
import { stopAfterTest } from '../../support/stop-after-test.ts';
import { anEdge, type TestEdge } from '../an-edge.ts';

/** A connector with only a control stream, which the test controls. */
async function aBareConnector({ edge, credentials }: TestEdge) {
  const { host, port, caPem } = edge.address;
  const socket = connect({ host, port, ca: caPem, servername: 'h2.cftunnel.com' });
  stopAfterTest(async () => socket.destroy());
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  const session = performServerHandshake(socket);
  session.on('error', () => undefined);
  const control = await new Promise<ServerHttp2Stream>((resolve) => {
    session.once('stream', (stream, headers) => {
      if (requestKind(headers) === 'control-stream') resolve(stream);
    });
  });
  control.respond({ ':status': 200 });
  const request: RegisterRequest = {
    ...credentials,
    connIndex: 0,
    connector: { id: '69ca6e1c-b0da-4fb2-9d0a-af2f23254436', features: [], version: '2026.8.2', arch: 'linux_amd64' },
    originLocalIp: '127.0.0.1',
    replaceExisting: false,
    previousAttempts: 0,
  };
  return { client: new RegistrationClient(control), request, closed, session, control };
}

describe('a connection', () => {
  it('that is refused receives the reason and is closed', async () => {
    const world = await anEdge();
    const { client, request, closed } = await aBareConnector(world);

    const reply = await client.register({ ...request, tunnelSecret: Buffer.alloc(32, 9).toString('base64') });

    expect(reply).toMatchObject({ kind: 'refused', cause: 'Unauthorized: Invalid tunnel secret' });
    await closed;
  });

  it('can register only once', async () => {
    const world = await anEdge();
    const { client, request } = await aBareConnector(world);
    await client.register(request);

    await expect(client.register(request)).rejects.toThrow('registered already');
    expect(world.cloud.connectors.connectionsOf(request.tunnelId)).toHaveLength(1);
  });

  it('accepts no requests after unregistering, and ends', async () => {
    const world = await anEdge();
    const { client, request, closed } = await aBareConnector(world);
    await client.register(request);
    const [connection] = world.edge.connections();

    await client.unregister();

    expect(connection?.isRegistered).toBe(false);
    expect(connection?.open({ ':path': '/' })).toBeUndefined();
    expect(world.cloud.connectors.connectionsOf(request.tunnelId)).toEqual([]);
    client.close();
    await closed;
  });

  // A GOAWAY overtakes requests that are not sent yet, and they would be refused.
  it('is ended by a GOAWAY that comes only after the last answer', async () => {
    const world = await anEdge();
    const { client, request, session } = await aBareConnector(world);
    await client.register(request);
    const events: string[] = [];
    const ended = once(session, 'goaway').then(() => events.push('GOAWAY'));
    const arrived = once(session, 'stream') as Promise<[ServerHttp2Stream]>;
    world.edge.connections()[0]?.open({ ':path': '/' });
    const [stream] = await arrived;

    await client.unregister();
    await new Promise((resolve) => session.ping(resolve)); // whatever was sent has arrived
    events.push('answer');
    stream.respond({ ':status': 200 }, { endStream: true });
    await ended;

    expect(events).toEqual(['answer', 'GOAWAY']);
  });

  it('accepts no requests before it is registered', async () => {
    const world = await anEdge();
    await aBareConnector(world);

    await eventually(() => expect(world.edge.connections()).toHaveLength(1));

    expect(world.edge.connections()[0]?.open({ ':path': '/' })).toBeUndefined();
  });

  it('without RPC on its control stream is closed', async () => {
    const world = await anEdge();
    const { control } = await aBareConnector(world);
    const ended = new Promise((resolve) => {
      control.once('end', resolve).resume();
    });

    control.write(Buffer.from('ffffffffffffffff', 'hex'));

    await ended;
    expect(control.readableEnded).toBe(true);
  });
});
