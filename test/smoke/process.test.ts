import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { freePort } from 'cftunnel-sandbox/testing/free-port';
import { type OperatorProcess, runOperator, startOperator } from '../support/operator-process.ts';
import { NO_WRITES } from '../support/world-activity.ts';
import { tunnel } from '../support/world-objects.ts';
import { ready } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

/** Logged if the shutdown time ends before the work. */
const ABANDONED = 'Work was abandoned at the end of the shutdown time';

describe('the command line', () => {
  it.each([
    { wrong: 'an unknown command', flags: ['unistall'], says: 'did you mean uninstall?' },
    { wrong: 'an unknown flag of a command', flags: ['uninstall', '--keep-tunnel'], says: '--keep-tunnels' },
    { wrong: 'an unknown flag', flags: ['--log-levle=debug'], says: '--log-level' },
    { wrong: 'a value that is not allowed', flags: ['--workers=none'], says: '--workers' },
    { wrong: 'a flag without its value', flags: ['--kubeconfig'], says: '--kubeconfig' },
  ])('ends with 2 and one line on stderr for $wrong', async ({ flags, says }) => {
    const { code, stdout, stderr } = await runOperator(flags);

    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(says)]);
  });
});

describe('the running operator', () => {
  const world = useWorld();
  const others: OperatorProcess[] = [];

  beforeAll(async () => {
    await world.addNamespace('busy');
    await world.kube.create(tunnel('busy/home', { replicas: 1 }));
    await ready(world, 'busy/home');
  });
  afterEach(async () => {
    await Promise.all(others.splice(0).map((other) => other.kill()));
    world.cloudflare.faults.clear();
  });

  /** Another operator in the same world. */
  async function startAnother(flags: readonly string[] = []): Promise<OperatorProcess & { readonly health: string }> {
    const port = await freePort();
    const another = startOperator([...world.operator.flags, `--health-bind-address=127.0.0.1:${port}`, ...flags]);
    others.push(another);
    const health = `http://127.0.0.1:${port}`;
    await eventually(async () => expect((await fetch(`${health}/readyz`)).status).toBe(200));
    return { ...another, health };
  }

  /** The operator logs it if eight seconds were not enough. */
  async function endsInTime(): Promise<void> {
    expect(await world.operator.stop()).toBe(0);
    expect(world.operator.process.logs.map(({ message }) => message)).not.toContain(ABANDONED);
  }

  it('answers probes and scrapes', async () => {
    const port = await freePort();
    const { health } = await startAnother([`--metrics-bind-address=127.0.0.1:${port}`]);

    expect((await fetch(`${health}/healthz`)).status).toBe(200);
    expect((await fetch(`${health}/nowhere`)).status).toBe(404);
    expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toMatch(/^cftunnel_leader 0$/m);
  });

  it('writes nothing, and makes no Cloudflare call, while another one leads', async () => {
    await world.settled();
    world.forgetCalls();

    const another = await startAnother();
    await world.settled();

    expect(world.writtenSoFar()).toEqual(NO_WRITES);
    expect(world.cloudflare.calls.count()).toBe(0);
    expect(another.logs.map(({ message }) => message)).not.toContain('Leading');
  });

  it('ends with 0 in time after SIGTERM, and its successor leads', async () => {
    const another = await startAnother();

    await endsInTime();
    await expect(another.logged('Leading')).resolves.toBeUndefined();

    await another.stop();
    await world.operator.start();
  });
});
