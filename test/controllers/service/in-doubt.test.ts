import { expect, it } from '@jest/globals';
import type { Service } from '../../../src/api/objects.ts';
import type { ServiceContext } from '../../../src/controllers/service/context.ts';
import { reconcileService } from '../../../src/controllers/service/reconcile.ts';
import type { Hold } from '../../../src/core/published-routes/hold.ts';
import type { Note } from '../../../src/core/status/notes.ts';
import { Waits } from '../../../src/runtime/waits.ts';
import { aService } from '../../support/builders.ts';

const FIVE_MINUTES = 300_000;
const PASS = { signal: new AbortController().signal, failures: 0, isRetry: false };
const WEB = aService('shop/web', { finalized: true, deleting: true });

// Invariant 18.
it('a Service waits five minutes for a Tunnel whose rules are gone for good, and is told when it is let go', async () => {
  const world = aWorld({ kind: 'in doubt', tunnels: ['net/home'] });

  await world.pass();
  world.now = FIVE_MINUTES - 1;
  await world.pass();
  expect(world.finalizers).toBeUndefined();
  world.now = FIVE_MINUTES;
  await world.pass();

  expect(world.finalizers).toEqual([]);
  expect(world.notes).toEqual([expect.objectContaining({ type: 'Warning', reason: 'LeftBehind' })]);
  expect(world.notes[0]?.message).toContain('the rules of Tunnel net/home is gone');
});

// Invariant 10.
it('a Service of which a rule is published waits for as long as it takes', async () => {
  const world = aWorld({ kind: 'held' });

  await world.pass();
  world.now = 10 * FIVE_MINUTES;
  await world.pass();

  expect(world.finalizers).toBeUndefined();
});

it('doubt that has passed begins anew', async () => {
  const world = aWorld({ kind: 'in doubt', tunnels: ['net/home'] });
  await world.pass();
  world.hold = { kind: 'none' };
  await world.pass();
  world.hold = { kind: 'in doubt', tunnels: ['net/home'] };
  world.finalizers = undefined;
  world.now = FIVE_MINUTES;

  await world.pass();

  expect(world.finalizers).toBeUndefined();
});

it('doubt about a Service that has gone is none about its successor', async () => {
  const world = aWorld({ kind: 'in doubt', tunnels: ['net/home'] });
  await world.pass();
  world.service = undefined;
  await world.pass();
  world.service = WEB;
  world.now = FIVE_MINUTES;

  await world.pass();

  expect(world.finalizers).toBeUndefined();
});

function aWorld(hold: Hold) {
  const world = {
    hold,
    service: WEB as Service | undefined,
    now: 0,
    finalizers: undefined as readonly string[] | undefined,
    notes: [] as Note[],
    pass: () => reconcileService(context as ServiceContext, 'shop/web', PASS),
  };
  const context: Partial<ServiceContext> = {
    services: { get: (): Service | undefined => world.service },
    objects: {
      applyStatus: async () => undefined,
      setFinalizers: async (_object, finalizers) => {
        world.finalizers = finalizers;
      },
    },
    publicationStateOf: () => ({ hasRoutes: false, hold: () => world.hold }),
    finalizerRemoved: () => undefined,
    record: async (_object, note) => void world.notes.push(note),
    waits: new Waits({ now: () => world.now }),
  };
  return world;
}
