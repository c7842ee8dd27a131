import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { shared } from '../support/shared.ts';
import { namespace, tunnel } from '../support/world-objects.ts';
import { failure, hangUp, json } from '../support/answers.ts';
import { kubeconfigFor } from '../support/cli-process.ts';
import { aServer } from '../support/loopback-server.ts';
import { runWith, startCliWorld } from './a-cli.ts';

const cli = shared(startCliWorld);
let round = 0;
let home: string;

beforeEach(async () => {
  round += 1;
  home = `shop-${round}`;
  await cli.kube.create(namespace(home));
  await cli.kube.create(tunnel(`${home}/home`));
});

const READY = { status: 'True', reason: 'Ready', message: 'All parts are ready' };
const SUSPENDED = { status: 'Unknown', reason: 'Suspended', message: 'spec.suspend is true' };

describe('suspend and resume', () => {
  it('change the Tunnel, and say so', async () => {
    expect(await cli.run('suspend', 'home', '-n', home)).toEqual({
      code: 0,
      out: `Tunnel ${home}/home: suspended: the operator changes nothing until it is resumed\n`,
      err: '',
    });
    expect(await spec()).toMatchObject({ suspend: true });

    expect(await cli.run('resume', `${home}/home`)).toEqual({
      code: 0,
      out: `Tunnel ${home}/home: resumed\n`,
      err: '',
    });
    expect(await spec()).toMatchObject({ suspend: false });
  });

  it('wait for what the operator reports', async () => {
    const suspending = cli.run('suspend', 'home', '-n', home, '--wait');
    await operatorAnswers(2, SUSPENDED);

    expect(await suspending).toEqual({
      code: 0,
      out: expect.stringContaining(`\nTunnel ${home}/home: the operator has let go of it\n`),
      err: '',
    });
  });

  it('go on waiting while the API server does not answer', async () => {
    const server = await aServer();
    const path = '/apis/cftunnel.io/v1alpha1/namespaces/shop/tunnels/home';
    const status = { observedGeneration: 1, conditions: [{ type: 'Ready', ...READY }] };
    const found = json({ metadata: { name: 'home', namespace: 'shop', generation: 1 }, spec: {}, status });
    server.on(`GET ${path}`, found, hangUp, failure(503, 'ServiceUnavailable', 'starting'), found);
    server.on(`PATCH ${path}`, json({}));
    const config = join(cli.folder, 'restarting.yaml');
    await writeFile(config, kubeconfigFor(server.url));

    const run = await runWith({ env: { KUBECONFIG: config } }, 'resume', 'shop/home', '--wait');

    expect(run).toEqual({ code: 0, out: 'Tunnel shop/home: resumed\nTunnel shop/home: ready\n', err: '' });
  });

  it('end at once for a Tunnel that is deleted, and go on for the others', async () => {
    await cli.kube.create(tunnel(`${home}/other`));
    const happenings = [() => cli.kube.delete('Tunnel', `${home}/other`), () => operatorAnswers(2, SUSPENDED)];
    cli.whilePausing(async () => happenings.shift()?.());

    const { code, out, err } = await cli.run('suspend', 'other', 'home', '-n', home, '--wait');

    expect({ code, err }).toEqual({ code: 1, err: `cftunnel: Tunnel ${home}/other cannot go on: it is deleted\n` });
    expect(out).toContain(`Tunnel ${home}/home: the operator has let go of it\n`);
  });

  it('end with what is missing once the time is over', async () => {
    await operatorAnswers(1, { status: 'False', reason: 'SecretNotFound', message: 'no Secret' });

    expect(await cli.run('resume', 'home', '-n', home, '--wait', '--timeout', '0s')).toMatchObject({
      code: 1,
      err: `cftunnel: Tunnel ${home}/home: not done in time: SecretNotFound: no Secret. See: cftunnel check\n`,
    });
  });
});

describe('reconcile and rotate', () => {
  it.each([
    ['reconcile', 'cftunnel.io/reconcile', 'asked to compare everything with Cloudflare now'],
    ['rotate', 'cftunnel.io/rotate-token', 'asked to rotate the token'],
  ])('%s: makes a request of its own each time', async (command, annotation, said) => {
    const { out } = await cli.run(command, 'home', '-n', home);
    const first = await annotationOf(annotation);
    await cli.run(command, 'home', '-n', home);

    expect(out).toBe(`Tunnel ${home}/home: ${said}\n`);
    expect(first).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(await annotationOf(annotation)).not.toBe(first);
  });

  it('are refused for a suspended Tunnel, before any is changed', async () => {
    await cli.kube.create(tunnel(`${home}/other`, { suspend: true }));

    const { code, out, err } = await cli.run('rotate', 'home', 'other', '-n', home);

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(
      `cftunnel: Tunnel ${home}/other: it is suspended, so the operator changes nothing. Resume it first: cftunnel resume\n`,
    );
    expect(await annotationOf('cftunnel.io/rotate-token')).toBeUndefined();
  });

  it('stop waiting for a Tunnel that cannot go on', async () => {
    const waiting = cli.run('reconcile', 'home', '-n', home, '--wait');
    const handled = await requested();
    const why = { reason: 'CredentialsRejected', message: 'Put a valid token into the Secret' };
    await operatorAnswers(1, { status: 'False', ...why }, { reconcile: { handled } }, { status: 'True', ...why });

    expect(await waiting).toMatchObject({
      code: 1,
      err: `cftunnel: Tunnel ${home}/home cannot go on: CredentialsRejected: Put a valid token into the Secret\n`,
    });
  });

  it('report the effect of the request itself', async () => {
    await operatorAnswers(1, READY, { reconcile: { handled: 'an older one' } });
    const waiting = cli.run('reconcile', 'home', '-n', home, '--wait');
    await operatorAnswers(1, READY, { reconcile: { handled: await requested() } });

    expect(await waiting).toMatchObject({
      code: 0,
      out: expect.stringContaining('compared with Cloudflare, and ready\n'),
    });
  });
});

it('a Tunnel that does not exist is named', async () => {
  expect(await cli.run('suspend', 'nowhere', '-n', home)).toEqual({
    code: 1,
    out: '',
    err: `cftunnel: Tunnel ${home}/nowhere does not exist. See: kubectl get tunnels -A\n`,
  });
});

async function spec() {
  return (await cli.kube.get('Tunnel', `${home}/home`)).spec;
}

async function annotationOf(key: string): Promise<string | undefined> {
  return (await cli.kube.get('Tunnel', `${home}/home`)).metadata.annotations?.[key];
}

/** The request that the command has made. */
async function requested(): Promise<string> {
  for (;;) {
    const value = await annotationOf('cftunnel.io/reconcile');
    if (value !== undefined) return value;
    await new Promise(setImmediate);
  }
}

interface Reported {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

async function operatorAnswers(
  observedGeneration: number,
  ready: Reported,
  more: object = {},
  stalled?: Reported,
): Promise<void> {
  const lastTransitionTime = '2026-01-01T00:00:00Z';
  const conditions = [
    { type: 'Ready', lastTransitionTime, ...ready },
    ...(stalled === undefined ? [] : [{ type: 'Stalled', lastTransitionTime, ...stalled }]),
  ];
  await cli.kube.patchStatus('Tunnel', `${home}/home`, { status: { observedGeneration, conditions, ...more } });
}
