import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/api/objects.ts';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import type { ObservedRecord } from '../../../src/core/dns/plan.ts';
import type { Zone } from '../../../src/core/model/zone.ts';
import {
  type RecordOutlook,
  recordOutlook,
  recordsPending,
  zonesNeeded,
} from '../../../src/core/preview/record-changes.ts';
import { type ServiceTraits, aService, aTunnel } from '../../support/builders.ts';
import { aRecord, aZone } from '../../support/dns.ts';
import { routed } from '../../support/routed.ts';

const ID = '11111111-2222-3333-4444-555555555555';
const TARGET = `${ID}.cfargotunnel.com`;
const HOME = home({});
const COM = aZone('example.com');
const NET = aZone('example.net');
const OWNERSHIP = { clusterMark: 'owner=prod/', markOf: (tunnel: string) => `owner=prod/${tunnel}` };
const OURS = OWNERSHIP.markOf('shop/home');
const NOTHING: RecordOutlook = { changes: [], problems: new Map(), warnings: new Map() };

function home(spec: Partial<TunnelSpec>) {
  return aTunnel('shop/home', { spec, status: { tunnelId: ID } });
}

function web(hostname: string, traits: ServiceTraits = {}) {
  return aService('shop/web', { hostname, tunnel: 'home', ...traits });
}

function pending(objects: readonly KubeObject[], records: readonly ObservedRecord[], zone: Zone = COM): RecordOutlook {
  const view = { visible: [zone], records: new Map([[zone.id, records]]) };
  return recordsPending(routed([aTunnel('shop/first'), ...objects]), 'shop/home', { view, ownership: OWNERSHIP });
}

function at(name: string) {
  return { name, zone: 'example.com' };
}

function without(name: string): ReadonlyMap<string, readonly []> {
  return new Map([[name, []]]);
}

describe('the records of a Tunnel', () => {
  const APP = 'app.example.com';

  it.each<{
    name: string;
    objects: readonly KubeObject[];
    records: readonly ObservedRecord[];
    changes: readonly object[];
  }>([
    {
      name: 'are made',
      objects: [HOME, web(APP)],
      records: [],
      changes: [{ kind: 'add', ...at(APP), content: TARGET }],
    },
    {
      name: 'are corrected',
      objects: [HOME, web(APP)],
      records: [aRecord(APP, { comment: OURS, content: 'old' })],
      changes: [{ kind: 'change', ...at(APP), content: TARGET }],
    },
    {
      name: 'are removed',
      objects: [HOME],
      records: [aRecord(APP, { comment: OURS })],
      changes: [{ kind: 'remove', ...at(APP) }],
    },
    { name: 'stay', objects: [HOME, web(APP)], records: [aRecord(APP, { comment: OURS })], changes: [] },
    {
      name: 'lead to the tunnel that the spec names',
      objects: [aTunnel('shop/home', { spec: { existingTunnel: { id: 'id-1' } } }), web(APP)],
      records: [],
      changes: [{ kind: 'add', ...at(APP), content: 'id-1.cfargotunnel.com' }],
    },
    {
      name: 'lead to a tunnel that is made first',
      objects: [aTunnel('shop/home'), web(APP)],
      records: [],
      changes: [{ kind: 'add', ...at(APP), content: '<new tunnel>.cfargotunnel.com' }],
    },
    {
      name: 'are left to others',
      objects: [HOME, web(APP, { dns: 'disabled' })],
      records: [],
      changes: [],
    },
    {
      name: 'hold the addresses of a name of the local network',
      objects: [HOME, aService('shop/web', { tunnel: 'home', lanHostname: APP, lanAddress: '192.0.2.1, 192.0.2.2' })],
      records: [],
      changes: ['192.0.2.1', '192.0.2.2'].map((content) => ({ kind: 'add', ...at(APP), content })),
    },
  ])('$name', ({ objects, records, changes }) => {
    expect(pending(objects, records).changes).toStrictEqual(changes);
  });

  it('are handed over to the Tunnel that the hostname moves to, if that wants one', () => {
    const other = (dns: string) => aService('shop/web', { hostname: APP, tunnel: 'other', dns });
    const records = [aRecord(APP, { comment: OURS })];
    const moved = (dns: string) => pending([HOME, aTunnel('shop/other'), other(dns)], records);

    expect(moved('managed')).toStrictEqual(NOTHING);
    expect(moved('disabled').changes).toStrictEqual([{ kind: 'remove', ...at(APP) }]);
  });

  it('of a Tunnel that does not exist are none', () => {
    expect(pending([], [])).toStrictEqual(NOTHING);
  });
});

describe('a hostname', () => {
  it('without a zone that the Tunnel may change has no record', () => {
    const restricted = home({ dns: { zones: ['example.net'] } });
    const message = expect.stringContaining('app.example.com');

    expect(pending([restricted, web('app.example.com')], [])).toStrictEqual({
      changes: [],
      problems: new Map([['app.example.com', { reason: 'ZoneNotFound', message }]]),
      warnings: without('app.example.com'),
    });
  });

  it('that somebody else has a record for does not get one', () => {
    expect(pending([HOME, web('app.example.com')], [aRecord('app.example.com')])).toStrictEqual({
      changes: [],
      problems: new Map([
        ['app.example.com', { reason: 'RecordConflict', message: expect.stringContaining('app.example.com') }],
      ]),
      warnings: without('app.example.com'),
    });
  });

  it.each([
    { traits: { hostname: 'app.example.com' }, effect: 'does not reach the tunnel' },
    { traits: { lanHostname: 'app.example.com', lanAddress: '192.0.2.1' }, effect: 'does not resolve' },
  ])('has a problem in a zone that does not resolve: it $effect', ({ traits, effect }) => {
    const paused = { ...COM, inactive: { state: 'is paused', remedy: 'Resume it' } };
    const service = aService('shop/web', { tunnel: 'home', ...traits });
    const message = `Zone example.com is paused, so app.example.com ${effect}. Resume it`;

    expect(pending([HOME, service], [], paused).problems).toStrictEqual(
      new Map([['app.example.com', { reason: 'ZoneInactive', message }]]),
    );
  });

  it('has warnings if visitors come through Cloudflare', () => {
    const unproxied = home({ dns: { proxied: false } });
    const name = 'a.b.example.com';
    const local = aService('shop/web', { tunnel: 'home', lanHostname: name, lanAddress: '192.0.2.1' });
    const reasons = (service: KubeObject) =>
      pending([unproxied, service], [])
        .warnings.get(name)
        ?.map(({ reason }) => reason);

    expect(reasons(web(name))).toStrictEqual(['Unproxied', 'CertificateMissing']);
    expect(reasons(local)).toStrictEqual([]);
  });
});

describe('two states', () => {
  const view = { visible: [COM, NET], records: new Map([[COM.id, [aRecord('old.example.com', { comment: OURS })]]]) };
  const outlook = (before: readonly KubeObject[], after: readonly KubeObject[]) =>
    recordOutlook([routed(before), routed(after)], 'shop/home', { view, ownership: OWNERSHIP });

  it('differ in what is not pending anyway, in zones that were read', () => {
    const after = web('new.example.com, app.example.com, new.example.net');

    expect(outlook([HOME, web('app.example.com')], [HOME, after])).toStrictEqual({
      changes: [{ kind: 'add', ...at('new.example.com'), content: TARGET }],
      problems: new Map(),
      warnings: new Map(['new.example.com', 'app.example.com', 'new.example.net'].map((name) => [name, []])),
    });
    expect(outlook([], [HOME]).changes).toStrictEqual([{ kind: 'remove', ...at('old.example.com') }]);
    expect(outlook([HOME], [])).toStrictEqual(NOTHING);
  });

  it('need the zones of all their hostnames read, each once', () => {
    const states = [[], [HOME, web('app.example.com')], [HOME, web('app.example.com, app.example.net')]];
    const org = aZone('example.org');
    const needed = zonesNeeded(
      states.map((objects) => routed(objects)),
      'shop/home',
      [NET, org, COM],
    );

    expect(needed.map(({ name }) => name)).toStrictEqual(['example.com', 'example.net']);
    expect(
      zonesNeeded([routed([home({ dns: { zones: ['example.org'] } }), web('a.example.com')])], 'shop/home', [COM]),
    ).toStrictEqual([]);
  });
});
