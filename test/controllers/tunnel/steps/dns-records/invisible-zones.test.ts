import { expect, it } from '@jest/globals';
import type { ConfigMap } from '../../../../../src/api/objects.ts';
import { TunnelMemories } from '../../../../../src/controllers/tunnel/pass/memory.ts';
import {
  awaitInvisible,
  reportGivenUp,
} from '../../../../../src/controllers/tunnel/steps/dns-records/invisible-zones.ts';
import type { DnsRecordsPort } from '../../../../../src/controllers/tunnel/steps/dns-records/port.ts';
import { ownedMetadata } from '../../../../../src/core/owned.ts';
import type { RoutingTable } from '../../../../../src/core/routing/table.ts';
import type { Note } from '../../../../../src/core/status/notes.ts';
import { aTunnel } from '../../../../support/builders.ts';
import { aRoute } from '../../../../support/routes.ts';
import { aClock, aPass } from '../../../../support/tunnel-pass.ts';

const TUNNEL = aTunnel('shop/home', { status: { config: { hash: 'abc' } } });
const NOTHING_VISIBLE = { zoned: { zones: [], withoutZone: [] }, visible: [], writable: [], records: new Map() };

it('a record that is given up is reported when the rules are written, not in every pass until then', async () => {
  const { port, pass, notes } = waiting(3_600_000);

  const invisible = awaitInvisible(port, pass, NOTHING_VISIBLE);
  expect(invisible).toMatchObject({ waiting: [], givenUp: ['app.lost.example'] });
  expect(notes).toEqual([]);
  await reportGivenUp(port, pass, invisible);

  expect(notes.map(({ reason }) => reason)).toEqual(['LeftBehind']);
  expect(notes[0]?.message).toContain('records of app.lost.example');
});

it('a record that is still waited for is a failure, and not reported as left behind', async () => {
  const { port, pass, notes } = waiting(0);

  const invisible = awaitInvisible(port, pass, NOTHING_VISIBLE);
  await reportGivenUp(port, pass, invisible);

  expect(invisible.waiting).toEqual(['app.lost.example']);
  expect(pass.stages.failures.map(({ reason }) => reason)).toEqual(['PermissionMissing']);
  expect(notes).toEqual([]);
});

/** A Tunnel that has published a rule which nothing asks for, in a zone that is not visible; it has waited for so long. */
function waiting(waitedMs: number) {
  const notes: Note[] = [];
  const configMap: ConfigMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: ownedMetadata(TUNNEL, 'home-cloudflared'),
  };
  const port: DnsRecordsPort = {
    configMaps: { get: () => configMap },
    routesIn: () => [aRoute('app.lost.example')],
    tunnels: { get: () => undefined },
    sources: { get: () => undefined },
    routing: () => ({ published: new Map() }) as unknown as RoutingTable,
    hash: String,
    record: async (_, note) => void notes.push(note),
    changed: () => undefined,
    wasRecorded: () => false,
    driftRepaired: () => undefined,
  };
  const clock = aClock();
  const memories = new TunnelMemories(clock);
  memories.of(TUNNEL).waits.startOrContinue('invisible zones');
  clock.nowMs = waitedMs;
  return { port, pass: aPass(TUNNEL, { memories }), notes };
}
