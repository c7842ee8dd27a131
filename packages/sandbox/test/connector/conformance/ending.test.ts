import { describe, expect, it } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { anOrigin } from '../../an-origin.ts';
import { eventually } from '../../edge/eventually.ts';
import type { Answer } from '../a-connector.ts';
import { frame, open, WEB_SOCKET } from './open-stream.ts';
import { leadTo, toWeb } from './origins.ts';
import { running, type Running, type Subject, SUBJECTS } from './subjects.ts';

interface Busy {
  readonly tunnel: Running;
  readonly outcome: Promise<Answer | 'cut'>;
  readonly release: () => void;
}

/** A connector with one request that waits for its response. */
async function aBusyConnector(subject: Subject, grace: string): Promise<Busy> {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const origin = await anOrigin((_request, response) => {
    arrive();
    void released.then(() => response.end('done'));
  });
  const tunnel = await running(subject, toWeb(), { env: { TUNNEL_GRACE_PERIOD: grace } });
  leadTo(tunnel, origin.address);
  const outcome = tunnel.edge.ask().catch(() => 'cut' as const);
  await arrived;
  return { tunnel, outcome, release };
}

/** A connector with a WebSocket that echoes, to an origin that answers nothing else. */
async function aTalkingConnector(subject: Subject, grace: string) {
  const origin = await anOrigin(() => undefined);
  new WebSocketServer({ server: origin.server }).on('connection', (socket) => {
    socket.on('message', (data) => socket.send(data, { binary: false }));
  });
  const tunnel = await running(subject, toWeb(), { env: { TUNNEL_GRACE_PERIOD: grace } });
  leadTo(tunnel, origin.address);
  return { tunnel, ...(await open(tunnel, WEB_SOCKET)) };
}

describe.each(SUBJECTS)('$name', (subject) => {
  it('without requests unregisters and exits with 0', async () => {
    const { edge, container, log } = await running(subject, toWeb());

    container.terminate();

    expect(await container.exited).toBe(0);
    expect(edge.connections.size).toBe(0);
    expect(log.join('\n')).toContain('Initiating graceful shutdown due to signal terminated ...');
  });

  it('unregisters at once, is not ready, finishes running requests, and exits with 0', async () => {
    const { tunnel, outcome, release } = await aBusyConnector(subject, '1m');

    tunnel.container.terminate();
    await eventually(() => tunnel.edge.connections.size === 0);
    const ready = await fetch(`http://${tunnel.container.addressOf(2000)}/ready`);
    release();

    expect(ready.status).toBe(503);
    expect(await outcome).toMatchObject({ status: 200, body: 'done' });
    expect(await tunnel.container.exited).toBe(0);
  });

  it('aborts remaining requests after the grace period, and exits with 0', async () => {
    const { tunnel, outcome } = await aBusyConnector(subject, '50ms');

    tunnel.container.terminate();

    expect(await tunnel.container.exited).toBe(0);
    const ended = await outcome;
    expect(ended === 'cut' ? 502 : ended.status).toBe(502);
  });

  it('keeps a WebSocket open after it has unregistered, and exits when it ends', async () => {
    const { tunnel, stream, next } = await aTalkingConnector(subject, '1m');

    tunnel.container.terminate();
    await eventually(() => tunnel.edge.connections.size === 0);
    stream.write(frame(1, 'hello'));

    expect((await next(7)).subarray(2).toString()).toBe('hello');
    stream.close();
    expect(await tunnel.container.exited).toBe(0);
  });

  it('lets a WebSocket outlast the grace period, which ends requests, and exits when it ends', async () => {
    const { tunnel, stream, next } = await aTalkingConnector(subject, '50ms');
    const request = tunnel.edge.ask('/never').catch(() => 'cut');

    tunnel.container.terminate();
    await request;
    stream.write(frame(1, 'hello'));

    expect((await next(7)).subarray(2).toString()).toBe('hello');
    stream.close();
    expect(await tunnel.container.exited).toBe(0);
  });

  it('cuts its WebSockets when it is killed', async () => {
    const { tunnel, stream } = await aTalkingConnector(subject, '1m');
    const closed = new Promise((resolve) => stream.on('error', () => undefined).once('close', resolve));

    tunnel.container.kill();

    await closed;
    expect(await tunnel.container.exited).toBe(137);
  });

  it('ends at once on a second signal', async () => {
    const { tunnel, outcome } = await aBusyConnector(subject, '1m');

    tunnel.container.terminate();
    await eventually(() => tunnel.edge.connections.size === 0);
    tunnel.container.terminate();

    expect(await tunnel.container.exited).toBe(143);
    expect(await outcome).toBe('cut');
  });

  it('does not unregister when it is killed, and exits with 137', async () => {
    const { edge, container } = await running(subject, toWeb());

    container.kill();

    expect(await container.exited).toBe(137);
    await eventually(() => edge.connections.size === 0);
  });
});
