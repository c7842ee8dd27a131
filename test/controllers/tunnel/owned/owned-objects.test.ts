import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../../src/api/objects.ts';
import { type OwnedObjectsPort, writeOwned } from '../../../../src/controllers/tunnel/owned/owned-objects.ts';
import { TunnelMemories } from '../../../../src/controllers/tunnel/pass/memory.ts';
import { ownersRetained } from '../../../../src/core/manifests/retention.ts';
import { podDisruptionBudgetFor } from '../../../../src/core/manifests/pod-disruption-budget.ts';
import { aTunnel } from '../../../support/builders.ts';
import { aPass } from '../../../support/tunnel-pass.ts';

const HOME = aTunnel('shop/home');
const MANIFEST = podDisruptionBudgetFor(HOME);

const SHOP: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', uid: 'uid of shop' } };

type Webhook = (object: KubeObject) => KubeObject;

const none: Webhook = (object) => object;
const rewriting: Webhook = (object) => withSpec(object, { minAvailable: '50%' });
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
  });

  it('costs one dry run after a restart, and no write', async () => {
    const server = aServer(rewriting);
    await server.pass();
    server.restart();

    for (let pass = 0; pass < 3; pass += 1) await server.pass();

    expect(server.calls).toEqual(['apply', 'dryRun']);
    expect(server.repaired).toBe(0);
  });

  it('is repaired when a person edits it, and that counts as drift', async () => {
    const server = aServer(rewriting);
    await server.pass();
    server.edit({ minAvailable: 0 });

    for (let pass = 0; pass < 3; pass += 1) await server.pass();

    expect(server.calls).toEqual(['apply', 'dryRun', 'apply']);
    expect(server.stored?.['spec']).toMatchObject({ minAvailable: '50%' });
    expect(server.repaired).toBe(1);
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
    expect(server.repaired).toBe(0);
  });
});

// Invariant 3.
it('an object as it was written is asked about nothing', async () => {
  const server = aServer(none);
  await server.pass();
  server.restart();

  await server.pass();

  expect(server.calls).toEqual(['apply']);
});

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

interface Server {
  readonly calls: string[];
  readonly repaired: number;
  readonly stored: (KubeObject & { readonly spec?: unknown }) | undefined;
  webhook: Webhook;
  pass(): Promise<void>;
  restart(): void;
  edit(spec: object): void;
  strip(): void;
  /** As for a suspended Tunnel. */
  retain(): void;
}

/** An API server for one object, with an operator on it. */
function aServer(webhook: Webhook, { takesDryRuns = true } = {}): Server {
  let memories = new TunnelMemories();
  const server = { calls: [] as string[], repaired: 0, stored: undefined as KubeObject | undefined, webhook };
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
    delete: async () => undefined,
    setOwners: async (object, ownerReferences) => {
      server.calls.push('setOwners');
      server.stored = { ...object, metadata: { ...object.metadata, ownerReferences } };
      return server.stored;
    },
  };
  const port: OwnedObjectsPort = {
    cached: () => server.stored,
    objects,
    changed: () => undefined,
    hash: (text) => `hash of ${text.length}`,
    driftRepaired: () => void (server.repaired += 1),
  };
  return Object.assign(server, {
    pass: () => writeOwned(port, aPass(HOME, { memories }), MANIFEST),
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

function withSpec(object: KubeObject, spec: object): KubeObject {
  const before = (object as KubeObject & { readonly spec: object }).spec;
  const changed = { ...object, spec: { ...before, ...spec } };
  return changed;
}
