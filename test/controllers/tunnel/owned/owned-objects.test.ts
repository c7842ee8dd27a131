import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../../src/api/objects.ts';
import {
  type OwnedObjectsPort,
  removeOwned,
  writeOwned,
} from '../../../../src/controllers/tunnel/owned/owned-objects.ts';
import { TunnelMemories } from '../../../../src/controllers/tunnel/pass/memory.ts';
import { ownersRetained } from '../../../../src/core/manifests/retention.ts';
import { podDisruptionBudgetFor } from '../../../../src/core/manifests/pod-disruption-budget.ts';
import { aTunnel } from '../../../support/builders.ts';
import { aPass } from '../../../support/tunnel-pass.ts';

const HOME = aTunnel('shop/home');
const MANIFEST = podDisruptionBudgetFor(HOME);
const FOREIGN = { ...MANIFEST, metadata: { ...MANIFEST.metadata, ownerReferences: [], labels: {} } };

const SHOP: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', uid: 'uid of shop' } };

type Webhook = (object: KubeObject) => KubeObject;

const none: Webhook = (object) => object;
const rewriting: Webhook = (object) => withSpec(object, { minAvailable: '75%' });
const stripping: Webhook = (object) => {
  const { annotations: _, ...metadata } = object.metadata;
  return { ...rewriting(object), metadata };
};

// Invariant 34.
describe('an object that an admission webhook rewrites at every write', () => {
  it.each([
    { case: 'rewrites a field', webhook: rewriting },
    { case: 'takes our annotations away as well', webhook: stripping },
  ])('is written once when it $case', async ({ webhook }) => {
    const server = aServer(webhook);

    for (let pass = 0; pass < 3; pass += 1) await server.pass();

    expect(server.calls).toEqual(['apply']);
    expect(server.events).toEqual(['ObjectCreated']);
  });

  it.each([rewriting, stripping])('is written again when its manifest changes, which is no drift', async (webhook) => {
    const server = aServer(webhook);
    await server.pass();

    for (let pass = 0; pass < 2; pass += 1) await server.pass(withLabel(MANIFEST));

    expect(server.calls).toEqual(['apply', 'apply']);
    expect(server.events).toEqual(['ObjectCreated', 'ObjectUpdated']);
  });

  it('loses what its manifest no longer contains, though the webhook hides from what it was made', async () => {
    const server = aServer(stripping);
    await server.pass(withLabel(MANIFEST));

    await server.pass();

    expect(server.stored?.metadata.labels).toEqual(MANIFEST.metadata.labels);
  });

  it.each([rewriting, stripping])('costs one dry run after a restart, and no write', async (webhook) => {
    const server = aServer(webhook);
    await server.pass();
    server.restart();

    for (let pass = 0; pass < 3; pass += 1) await server.pass();

    expect(server.calls).toEqual(['apply', 'dryRun']);
    expect(server.events).toEqual(['ObjectCreated']);
  });

  it('is repaired when a person edits it, and that counts as drift', async () => {
    const server = aServer(rewriting);
    await server.pass();
    server.edit({ minAvailable: 0 });

    for (let pass = 0; pass < 3; pass += 1) await server.pass();

    expect(server.calls).toEqual(['apply', 'dryRun', 'apply']);
    expect(server.stored?.['spec']).toMatchObject({ minAvailable: '75%' });
    expect(server.events).toEqual(['ObjectCreated', 'ObjectRepaired', 'object repaired']);
  });

  it('is repaired when a person sets what the webhook used to set', async () => {
    const server = aServer(rewriting);
    await server.pass();
    server.webhook = none;

    for (const minAvailable of [0, '75%']) {
      server.edit({ minAvailable });
      await server.pass();
      expect(server.stored?.['spec']).toEqual(MANIFEST.spec);
    }
  });

  it('is brought back to its manifest once the webhook is gone', async () => {
    const server = aServer(rewriting);
    await server.pass();
    server.webhook = none;
    server.restart();

    for (let pass = 0; pass < 2; pass += 1) await server.pass();

    expect(server.stored?.['spec']).toEqual(MANIFEST.spec);
  });

  it('is written once more after a restart where the webhook takes no dry runs', async () => {
    const server = aServer(rewriting, { takesDryRuns: false });
    await server.pass();
    server.restart();

    for (let pass = 0; pass < 3; pass += 1) await server.pass();

    expect(server.calls).toEqual(['apply', 'dryRun', 'apply']);
    expect(server.events).toEqual(['ObjectCreated']);
  });
});

// Invariant 3.
it.each([{ isWatched: true }, { isWatched: false }])(
  'an object as it was written is asked about nothing: $isWatched',
  async (watch) => {
    const server = aServer(none, watch);
    await server.pass();
    server.restart();

    await server.pass();

    expect(server.calls).toEqual(['apply']);
  },
);

// Invariant 33.
it('an object that has lost its owner gets it back, and is otherwise left as it is', async () => {
  const server = aServer(none);
  await server.pass();
  server.strip();

  for (let pass = 0; pass < 2; pass += 1) await server.pass();

  expect(server.calls).toEqual(['apply', 'setOwners']);
  expect(server.stored?.metadata.ownerReferences).toEqual(MANIFEST.metadata.ownerReferences);
});

// Invariant 36.
it('an object of a Tunnel that was suspended belongs to the Tunnel alone again', async () => {
  const server = aServer(none);
  await server.pass();
  server.retain();

  for (let pass = 0; pass < 2; pass += 1) await server.pass();

  expect(server.calls).toEqual(['apply', 'setOwners']);
  expect(server.stored?.metadata.ownerReferences).toEqual(MANIFEST.metadata.ownerReferences);
});

// Invariant 5.
it('an object that is not ours is not taken over, whatever its name', async () => {
  const server = aServer(none);
  server.stored = FOREIGN;

  await expect(server.pass()).rejects.toMatchObject({
    reason: 'NameTaken',
    disposition: 'wait',
    message: expect.stringMatching(
      /^PodDisruptionBudget shop\/home-cloudflared exists .*: it does not carry the label/,
    ),
  });
  expect(server.calls).toEqual([]);
});

it.each([
  { case: 'is ours', stored: MANIFEST, calls: ['delete in the Background'], events: ['ObjectRemoved'] },
  { case: 'is not ours', stored: FOREIGN, calls: [], events: [] },
  { case: 'does not exist', stored: undefined, calls: [], events: [] },
])('an object that is no longer wanted and $case: $calls', async ({ stored, calls, events }) => {
  const server = aServer(none);
  server.stored = stored;

  await server.remove();

  expect([server.calls, server.events]).toEqual([calls, events]);
});

interface Server {
  readonly calls: string[];
  readonly events: string[];
  stored: (KubeObject & { readonly spec?: unknown }) | undefined;
  webhook: Webhook;
  pass(manifest?: KubeObject): Promise<void>;
  remove(): Promise<void>;
  restart(): void;
  edit(spec: object): void;
  strip(): void;
  /** As for a suspended Tunnel. */
  retain(): void;
}

/** An API server for one object, with an operator on it. */
function aServer(webhook: Webhook, { takesDryRuns = true, isWatched = true } = {}): Server {
  let memories = new TunnelMemories();
  const logs = { calls: [] as string[], events: [] as string[] };
  const server = { ...logs, stored: undefined as KubeObject | undefined, webhook };
  const objects: OwnedObjectsPort['objects'] = {
    find: async () => server.stored,
    apply: async (manifest) => {
      server.calls.push('apply');
      server.stored = server.webhook(manifest);
      return server.stored;
    },
    dryRun: async (manifest) => {
      server.calls.push('dryRun');
      return takesDryRuns ? server.webhook(manifest) : undefined;
    },
    delete: async (_, propagation) => void server.calls.push(`delete in the ${propagation}`),
    setOwners: async (object, ownerReferences) => {
      server.calls.push('setOwners');
      server.stored = { ...object, metadata: { ...object.metadata, ownerReferences } };
      return server.stored;
    },
  };
  const port: OwnedObjectsPort = {
    cached: () => (isWatched ? server.stored : undefined),
    objects,
    changed: (_, { reason }) => void server.events.push(reason),
    hash: (text) => `hash of ${text.length}`,
    driftRepaired: (kind) => void server.events.push(`${kind} repaired`),
  };
  return Object.assign(server, {
    pass: (manifest: KubeObject = MANIFEST) => writeOwned(port, aPass(HOME, { memories }), manifest),
    remove: () => removeOwned(port, aPass(HOME), MANIFEST),
    restart: () => void (memories = new TunnelMemories()),
    edit: (spec: object) => void (server.stored = server.stored && withSpec(server.stored, spec)),
    retain: () => {
      const { metadata, ...rest } = server.stored as KubeObject;
      const ownerReferences = ownersRetained(server.stored as KubeObject, SHOP);
      server.stored = { ...rest, metadata: { ...metadata, ownerReferences } };
    },
    strip: () => {
      const { ownerReferences: _, ...metadata } = (server.stored as KubeObject).metadata;
      server.stored = { ...(server.stored as KubeObject), metadata };
    },
  });
}

function withLabel(object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, team: 'shop' } } };
}

function withSpec(object: KubeObject, spec: object): KubeObject {
  const before = (object as KubeObject & { readonly spec: object }).spec;
  const changed = { ...object, spec: { ...before, ...spec } };
  return changed;
}
