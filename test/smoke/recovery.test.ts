import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { NO_WRITES } from '../support/world-activity.ts';
import { NEEDS_SANDBOX, inSandbox } from '../support/world-needs.ts';
import { addHome, rename } from '../support/world-actions.ts';
import { exposed, gone, hostnamesOf, ready, recordAt, remoteTunnels } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const CREATE_TUNNEL = { method: 'POST', path: /cfd_tunnel$/ } as const;
const PATIENT = { everyMs: 50 };

/** Without leader election, so that a killed operator has a successor at once. */
const world = useWorld({ flags: ['--drift-interval=2s', '--leader-elect=false'] });
afterEach(() => {
  world.cloudflare.faults.clear();
  world.kubeFaults?.clear();
});

describe('existingTunnel', () => {
  it.concurrent.each([
    { by: 'id', spec: (id: string) => ({ id }) },
    { by: 'name', spec: () => ({ name: 'made-by-name' }) },
  ])('adopts a tunnel by its $by, and keeps it', async ({ by, spec }) => {
    const id = await makeTunnel(`made-by-${by}`);
    await addHome(world, `existing-${by}`, { existingTunnel: spec(id) });

    const home = await exposedHome(`existing-${by}`);
    await world.kube.delete('Tunnel', `existing-${by}/home`);
    await gone(world, 'Tunnel', `existing-${by}/home`);

    expect(home.status?.['tunnelId']).toBe(id);
    expect(remoteTunnels(world, `made-by-${by}`)).toHaveLength(1);
  });
});

describe('what was deleted at Cloudflare', () => {
  it.concurrent('a deleted tunnel is recreated, and its records follow', async () => {
    await addHome(world, 'orphaned');
    const first = await exposedHome('orphaned');
    await deleteByForce(String(first.status?.['tunnelId']));

    const second = await eventually(async () => {
      const home = await ready(world, 'orphaned/home');
      expect(home.status?.['tunnelId']).not.toBe(first.status?.['tunnelId']);
      expect(recordAt(world, 'orphaned.example.com')?.content).toBe(home.status?.['target']);
      return home;
    }, PATIENT);

    expect(tunnelsMadeFor('orphaned')).toEqual([second.status?.['tunnelId']]);
  });
});

// Invariant 6.
describe('a tunnel is created exactly once', () => {
  it('if the operator is killed before its secret is used', async () => {
    const refused = world.cloudflare.faults.add({ ...CREATE_TUNNEL, effect: { kind: 'drop-before' } });
    await addHome(world, 'unused');
    await eventually(() => expect(refused.fired()).toBeGreaterThan(0));
    await world.operator.kill();
    const before = await world.kube.get('Secret', 'unused/home-cloudflared-credentials');
    refused.remove();

    await world.operator.start();
    await ready(world, 'unused/home', PATIENT);

    const { TunnelSecret } = JSON.parse(atob(before.data?.['credentials.json'] ?? '')) as { TunnelSecret: string };
    expect(remoteTunnels(world, 'test/unused/home')[0]?.secret).toBe(TunnelSecret);
  });
});

describe('problems with Cloudflare', () => {
  it.each([
    { trouble: 'answers 500', name: 'failing', effect: { kind: 'reply', status: 500 } as const },
    { trouble: 'answers with a page of HTML', name: 'paged', effect: { kind: 'html', status: 502 } as const },
    { trouble: 'drops connections', name: 'dropping', effect: { kind: 'drop-before' } as const },
    { trouble: 'cuts answers short', name: 'cutting', effect: { kind: 'truncate' } as const },
    {
      trouble: 'asks to wait',
      name: 'limited',
      effect: { kind: 'reply', status: 429, headers: { 'retry-after': '1' } } as const,
    },
  ])('only delay the work while it $trouble', async ({ name, effect }) => {
    const outage = world.cloudflare.faults.add({ effect });
    await addHome(world, name);
    await eventually(() => expect(outage.fired()).toBeGreaterThanOrEqual(2));
    outage.remove();

    const home = await exposedHome(name);

    expect(tunnelsMadeFor(name)).toEqual([home.status?.['tunnelId']]);
  });

  it('do not prevent the scaling of connectors', async () => {
    await addHome(world, 'scaling');
    await exposedHome('scaling');
    world.cloudflare.faults.add({ effect: { kind: 'reply', status: 503 } });

    await world.kube.scale('Tunnel', 'scaling/home', 2);

    await eventually(async () =>
      expect((await world.kube.get('Deployment', 'scaling/home-cloudflared')).spec).toMatchObject({ replicas: 2 }),
    );
  });
});

describe('problems with the API server', () => {
  it(
    `a closed watch, and one with an expired version, miss nothing${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      await addHome(world, 'watched');
      await exposedHome('watched');

      world.kubeFaults?.closeWatches();
      world.kubeFaults?.expireVersions();
      await rename(world, 'watched/web', 'cut.example.com');
      await exposed(world, 'watched/web', ['cut.example.com'], PATIENT);

      await eventually(async () => expect(await hostnamesOf(world, 'watched/home')).toEqual(['cut.example.com']));
      expect(recordAt(world, 'watched.example.com')).toBeUndefined();
    }),
  );

  it(
    `deletions while no watch can be opened are found afterwards${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      await addHome(world, 'unwatched');
      await exposedHome('unwatched');
      const fault = world.kubeFaults?.add({ path: /watch=true/, effect: { kind: 'status', status: 503 } });
      world.kubeFaults?.closeWatches();
      await world.kube.delete('ServiceAccount', 'unwatched/home-cloudflared');
      world.kubeFaults?.expireVersions();
      fault?.remove();

      await expect(
        eventually(() => world.kube.get('ServiceAccount', 'unwatched/home-cloudflared'), PATIENT),
      ).resolves.toBeDefined();
    }),
  );

  // Invariant 1.
  it(
    `an operator that cannot list the Services writes nothing: unknown is not deleted${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      await addHome(world, 'unlisted');
      await exposedHome('unlisted');
      await world.settled();
      await world.operator.stop();
      const fault = world.kubeFaults?.add({ path: SERVICES, effect: { kind: 'status', status: 503 } });
      world.forgetCalls();

      const started = world.operator.start();
      await eventually(() => expect(fault?.fired()).toBeGreaterThan(2));
      const written = world.writtenSoFar();
      fault?.remove();
      await started;

      expect(written).toEqual(NO_WRITES);
      await exposedHome('unlisted');
    }),
  );
});

const SERVICES = /^\/api\/v1\/services\?/;

async function exposedHome(name: string) {
  await exposed(world, `${name}/web`, [`${name}.example.com`], PATIENT);
  return ready(world, `${name}/home`, PATIENT);
}

/** Ids of the tunnels of a namespace at Cloudflare. */
function tunnelsMadeFor(name: string): readonly unknown[] {
  return remoteTunnels(world, `test/${name}/home`).map(({ id }) => id);
}

async function makeTunnel(name: string): Promise<string> {
  const body = { name, tunnel_secret: btoa('s'.repeat(32)), config_src: 'local' };
  const made = await world.cloudflare.ask(tunnelsPath(), { method: 'POST', body });
  return (made as { readonly id: string }).id;
}

/** The dashboard drops the connections first. Connectors reconnect within moments, so it may take several tries. */
async function deleteByForce(id: string): Promise<void> {
  await eventually(async () => {
    await world.cloudflare.ask(`${tunnelsPath()}/${id}/connections`, { method: 'DELETE' });
    await world.cloudflare.ask(`${tunnelsPath()}/${id}`, { method: 'DELETE' });
  });
}

function tunnelsPath(): string {
  return `/accounts/${world.cloudflare.accountId}/cfd_tunnel`;
}
