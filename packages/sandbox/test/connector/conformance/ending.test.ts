import { describe, expect, it } from '@jest/globals';
import { anOrigin } from '../../an-origin.ts';
import { eventually } from '../../edge/eventually.ts';
import type { Answer } from '../a-connector.ts';
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
