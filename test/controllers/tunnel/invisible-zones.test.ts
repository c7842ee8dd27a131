import { expect, it } from '@jest/globals';
import type { TunnelPart } from '../../../src/api/conditions.ts';
import type { TunnelContext } from '../../../src/controllers/tunnel/context.ts';
import { awaitInvisible, tellGivenUp } from '../../../src/controllers/tunnel/invisible-zones.ts';
import type { Note } from '../../../src/core/status/notes.ts';
import { Stages } from '../../../src/runtime/stages.ts';
import { aTunnel } from '../../support/builders.ts';
import { aRoute } from '../../support/routes.ts';

const TUNNEL = aTunnel('shop/home', { status: { config: { hash: 'abc' } } });
const PASS = { signal: new AbortController().signal, failures: 0, isRetry: false };
const NOTHING_VISIBLE = { zoned: { zones: [], withoutZone: [] }, visible: [], writable: [], records: new Map() };

it('a record that is given up is told of when the rules are written, not in every pass until then', async () => {
  const { ctx, told } = aContext({ startOrContinue: 3_600_000 });

  const invisible = awaitInvisible(ctx, TUNNEL, NOTHING_VISIBLE, new Stages<TunnelPart>(PASS.signal));
  expect(invisible).toMatchObject({ waiting: [], givenUp: ['app.lost.example'] });
  expect(told).toEqual([]);
  await tellGivenUp(ctx, TUNNEL, invisible, PASS);

  expect(told.map(({ reason }) => reason)).toEqual(['LeftBehind']);
  expect(told[0]?.message).toContain('records of app.lost.example');
});

it('a record that is still waited for is not told of', async () => {
  const { ctx, told } = aContext({ startOrContinue: 0 });

  await tellGivenUp(ctx, TUNNEL, awaitInvisible(ctx, TUNNEL, NOTHING_VISIBLE, new Stages(PASS.signal)), PASS);

  expect(told).toEqual([]);
});

/** A Tunnel that has published a rule which nobody wants, in a zone that is not visible. */
function aContext({ startOrContinue }: { readonly startOrContinue: number }) {
  const told: Note[] = [];
  const ownerReferences = [{ apiVersion: '', kind: 'Tunnel', name: 'home', uid: TUNNEL.metadata.uid ?? '' }];
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'home-cloudflared', ownerReferences } };
  const ctx = {
    cluster: 'test',
    configMaps: { get: () => configMap },
    publishedRoutes: () => [aRoute('app.lost.example')],
    routing: () => ({ published: new Map() }),
    lastPass: new Map(),
    waits: { startOrContinue: () => startOrContinue, done: () => undefined },
    record: async (_: unknown, note: Note) => void told.push(note),
    hash: String,
  } as unknown as TunnelContext;
  return { ctx, told };
}
