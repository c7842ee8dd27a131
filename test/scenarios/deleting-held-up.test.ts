import { afterEach, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { useLocalWorld } from '../support/shared.ts';
import { withdraw } from '../support/world-actions.ts';
import { namespace, secret, service, tunnel } from '../support/world-objects.ts';
import { becomes, eventsAbout, exposed, gone } from '../support/world-views.ts';

const OUTAGE = { effect: { kind: 'reply', status: 503 } } as const;

const world = useLocalWorld();
afterEach(() => world.sandbox.cloudflare.faults.clear());

it('the deletion of a Tunnel waits for the end of an outage, reported in the condition and an event', async () => {
  await furnish('away');
  world.sandbox.cloudflare.faults.add(OUTAGE);
  await world.kube.delete('Tunnel', 'shop/away');

  await unready('away', 'CloudflareUnavailable');
  await eventually(async () => expect(await told('away')).toContain('Warning CloudflareUnavailable'));
  world.sandbox.cloudflare.faults.clear();

  await gone(world, 'Tunnel', 'shop/away');
  expect(leftoversFrom('away')).toEqual({ tunnel: false, record: false });
});

it('a Tunnel that is suspended while its deletion is held up is released at once, and leaves everything', async () => {
  await furnish('paused');
  world.sandbox.cloudflare.faults.add(OUTAGE);
  await world.kube.delete('Tunnel', 'shop/paused');
  await unready('paused', 'CloudflareUnavailable');

  await world.kube.patch('Tunnel', 'shop/paused', { spec: { suspend: true } });

  await gone(world, 'Tunnel', 'shop/paused');
  expect(leftoversFrom('paused')).toEqual({ tunnel: true, record: true });
});

// Invariant 18.
it('a permanently missing permission leaves behind exactly what needs it, and reports it', async () => {
  const { admin } = world.sandbox.cloudflare;
  const token = admin.addToken({ accounts: [world.accountId] });
  await world.kube.create(secret('shop/narrow', { CLOUDFLARE_API_TOKEN: token }));
  await furnish('narrow', { credentialsRef: { name: 'narrow' } });
  admin.setPermissions(token, ['Cloudflare Tunnel Write', 'Zone Read']);
  await world.kube.delete('Tunnel', 'shop/narrow');

  await unready('narrow', 'PermissionMissing');
  await gone(world, 'Tunnel', 'shop/narrow');
  expect(leftoversFrom('narrow')).toEqual({ tunnel: false, record: true });
  expect(await told('narrow')).toContain('Warning LeftBehind');
});

it("a foreign Secret under the credentials' name holds nothing up, and is kept", async () => {
  const taken = 'shop/taken-cloudflared-credentials';
  await world.kube.create(secret(taken, { theirs: 'yes' }));
  await world.kube.create(tunnel('shop/taken', { replicas: 1 }));
  await unready('taken', 'NameTaken');

  await world.kube.delete('Tunnel', 'shop/taken');

  await gone(world, 'Tunnel', 'shop/taken');
  expect((await world.kube.get('Secret', taken)).data).toEqual({ theirs: btoa('yes') });
});

it('a tunnel is deleted in its account although the Tunnel now refers to another one', async () => {
  const elsewhere = world.sandbox.cloudflare.admin.addAccount({ name: 'elsewhere' }).id;
  await furnish('settled');
  await world.kube.patch('Tunnel', 'shop/settled', { spec: { accountId: elsewhere } });
  await unready('settled', 'AccountChanged');

  await world.kube.delete('Tunnel', 'shop/settled');

  await gone(world, 'Tunnel', 'shop/settled');
  expect(leftoversFrom('settled')).toEqual({ tunnel: false, record: false });
});

it('a record whose rule is lost with the ConfigMap is deleted when Cloudflare is available again', async () => {
  await furnish('forgetful');
  const outage = world.sandbox.cloudflare.faults.add(OUTAGE);
  await withdraw(world, 'shop/forgetful');
  await eventually(() => expect(outage.fired()).toBeGreaterThan(0));
  // Until then, the operator would publish the rule again as one that is still wanted.
  await eventually(async () => {
    const configMap = await world.kube.get('ConfigMap', 'shop/forgetful-cloudflared');
    expect(configMap.data?.['routes.json']).toContain('"leaving":true');
  });
  await world.kube.delete('ConfigMap', 'shop/forgetful-cloudflared');
  await eventually(async () => {
    const configMap = await world.kube.get('ConfigMap', 'shop/forgetful-cloudflared');
    expect(configMap.data?.['config.yaml']).not.toContain('forgetful.example.com');
  });
  expect((await world.kube.get('Service', 'shop/forgetful')).metadata.finalizers).toContain('cftunnel.io/finalizer');
  world.sandbox.cloudflare.faults.clear();

  await eventually(async () => {
    expect(leftoversFrom('forgetful')).toEqual({ tunnel: true, record: false });
    expect((await world.kube.get('Service', 'shop/forgetful')).metadata.finalizers ?? []).toEqual([]);
  });
});

// Invariant 28.
it.each([
  { what: 'tunnel', made: /\/cfd_tunnel$/, left: (remains: Leftovers) => remains.tunnel },
  { what: 'record', made: /\/dns_records\/batch$/, left: (remains: Leftovers) => remains.record },
])('a $what whose creation was not answered is deleted although lists lag behind', async ({ what, made, left }) => {
  const { faults } = world.sandbox.cloudflare;
  const name = `unheard-${what}`;
  faults.add({ method: 'POST', path: made, times: 1, effect: { kind: 'drop-after' } });
  faults.add({ method: 'GET', path: /(cfd_tunnel|dns_records)$/, effect: { kind: 'stale-reads', lagMs: 2_000 } });
  await world.kube.create(tunnel(`shop/${name}`, { replicas: 1 }));
  await world.kube.create(service(`shop/${name}`, { tunnel: name, hostname: `${name}.example.com` }));
  await eventually(() => expect(left(leftoversFrom(name))).toBe(true), { everyMs: 1 });

  await world.kube.delete('Tunnel', `shop/${name}`);
  await gone(world, 'Tunnel', `shop/${name}`);

  expect(leftoversFrom(name)).toEqual({ tunnel: false, record: false });
  faults.clear();
});

// Invariant 18.
it('a namespace that was deleted while the operator was down is cleaned up, and leftovers are reported elsewhere', async () => {
  const { admin } = world.sandbox.cloudflare;
  const token = admin.addToken({ accounts: [world.accountId] });
  await world.kube.create(namespace('doomed'));
  await world.kube.create(secret('doomed/cloudflare', { CLOUDFLARE_API_TOKEN: token }));
  await world.kube.create(tunnel('doomed/home', { replicas: 1 }));
  await world.kube.create(service('doomed/web', { tunnel: 'home', hostname: 'doomed.example.com' }));
  await eventually(() => expect(recordNames()).toContain('doomed.example.com'));
  await world.stopOperator();
  admin.revokeToken(token);
  await world.kube.delete('Namespace', 'doomed');

  await world.startOperator();
  await gone(world, 'Namespace', 'doomed');

  expect(await reportsOnLease()).toEqual([
    expect.stringMatching(
      /^Tunnel doomed\/home was deleted\. Left behind at Cloudflare: tunnel .*, and any records with/,
    ),
  ]);
});

/** A Tunnel, and a Service that it serves as `<name>.example.com`. */
async function furnish(name: string, spec: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await world.kube.create(tunnel(`shop/${name}`, { replicas: 1, ...spec }));
  await world.kube.create(service(`shop/${name}`, { tunnel: name, hostname: `${name}.example.com` }));
  await exposed(world, `shop/${name}`, [`${name}.example.com`]);
}

interface Leftovers {
  readonly tunnel: boolean;
  readonly record: boolean;
}

/** Its remaining objects at Cloudflare. */
function leftoversFrom(name: string): Leftovers {
  return {
    tunnel: world.tunnels().some((remote) => remote.name === `${world.cluster}/shop/${name}`),
    record: world.records().some(({ comment }) => comment === `${world.mark}shop/${name}`),
  };
}

async function unready(name: string, reason: string): Promise<void> {
  await becomes(world, ['Tunnel', `shop/${name}`], 'Ready', { status: 'False', reason });
}

/** The events of a Tunnel. */
async function told(name: string): Promise<readonly string[]> {
  const events = await eventsAbout(world, 'Tunnel', `shop/${name}`);
  return events.map(({ type, reason }) => `${String(type)} ${String(reason)}`);
}

function recordNames(): readonly string[] {
  return world.records().map(({ name }) => name);
}

/** What is reported about the namespace after it is gone. */
async function reportsOnLease(): Promise<readonly string[]> {
  const events = await world.kube.list('Event', 'cftunnel-system');
  return events
    .filter(({ reason, message }) => reason === 'LeftBehind' && String(message).includes('doomed'))
    .map(({ message }) => String(message));
}
