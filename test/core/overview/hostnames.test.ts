import { describe, expect, it } from '@jest/globals';
import type { Tunnel } from '../../../src/api/objects.ts';
import type { RouteRequest } from '../../../src/core/model/route-request.ts';
import { type HostnameEntry, overviewOf } from '../../../src/core/overview/hostnames.ts';
import { attachableFrom } from '../../../src/core/routing/attachable.ts';
import type { Standing } from '../../../src/core/sources/source.ts';
import { type ServiceTraits, aService, aTunnel } from '../../support/builders.ts';
import { NO_GRANTS } from '../../support/grants.ts';
import { aRule, anIngress, requestOfIngress, aCluster } from '../../support/ingresses.ts';
import { requestOf } from '../../support/requests.ts';

const HOME = aTunnel('shop/home', { isDefault: true, spec: { domain: 'example.org' } });
const UNANSWERED = {
  status: 'Unknown',
  reason: 'Unanswered',
  message: 'The operator has not reported on it yet. Is it running? See: cftunnel check',
};

function service(key: string, traits: ServiceTraits = {}): RouteRequest {
  return requestOf(aService(key, traits));
}

interface Given {
  readonly tunnels?: readonly Tunnel[];
  readonly told?: Readonly<Record<string, Standing>>;
}

function overview(requests: readonly RouteRequest[], { tunnels = [HOME], told = {} }: Given = {}) {
  const to = attachableFrom({ tunnels, namespaces: [], related: NO_GRANTS });
  return overviewOf({ requests, to, standingOf: (source) => told[source] });
}

/** The only entry. */
function entryOf(traits: ServiceTraits, given: Given = {}): Partial<HostnameEntry> | undefined {
  const entries = overview([service('shop/web', traits)], given);
  expect(entries).toHaveLength(1);
  return entries[0];
}

const WEB = {
  source: 'shop/web',
  tunnel: 'shop/home',
  hostname: 'app.example.com',
  claim: 'app.example.com',
  origin: 'http://web.shop.svc:80',
  url: 'https://app.example.com',
  standing: UNANSWERED,
};
const APP = { hostname: 'app.example.com' };

describe('a hostname', () => {
  const API = '/api';

  it.each<{ name: string; traits: ServiceTraits; entry: object }>([
    { name: 'at the default Tunnel', traits: APP, entry: WEB },
    {
      name: 'at a Tunnel that does not exist',
      traits: { ...APP, tunnel: 'gone' },
      entry: { ...WEB, tunnel: 'shop/gone' },
    },
    {
      name: 'with a path',
      traits: { ...APP, annotations: { 'cftunnel.io/path': API } },
      entry: {
        ...WEB,
        path: { type: 'Prefix', value: API },
        claim: 'app.example.com/api',
        url: 'https://app.example.com/api',
      },
    },
    {
      name: 'of the domain of its Tunnel',
      traits: {},
      entry: { ...WEB, hostname: 'web.example.org', claim: 'web.example.org', url: 'https://web.example.org' },
    },
    {
      name: 'of the local network, which nobody enters through Access',
      traits: {
        lanHostname: 'nas.example.com',
        lanAddress: '192.168.1.10',
        annotations: { 'cftunnel.io/access': 'staff' },
      },
      entry: {
        ...WEB,
        hostname: 'nas.example.com',
        claim: 'nas.example.com',
        origin: '192.168.1.10',
        url: 'nas.example.com at 192.168.1.10',
        isLocal: true,
      },
    },
  ])('is listed $name', ({ traits, entry }) => {
    expect(entryOf(traits)).toStrictEqual(entry);
  });

  it('of a domain that is not known is shown as such', () => {
    const { tunnel: _, ...entry } = WEB;
    const hostname = 'web.<domain>';

    expect(entryOf({}, { tunnels: [] })).toStrictEqual({
      ...entry,
      hostname,
      claim: hostname,
      url: `https://${hostname}`,
    });
  });

  it('without a target has nothing that it leads to', () => {
    const { origin: _, url: __, ...entry } = WEB;

    expect(entryOf({ ...APP, ports: [] })).toStrictEqual(entry);
  });

  it('that a broken request may name is not known', () => {
    expect(entryOf({ annotations: { 'cftunnel.io/hostnam': 'x.example.com' } })).toStrictEqual({
      source: 'shop/web',
      tunnel: 'shop/home',
      hostname: '',
      claim: '',
      standing: UNANSWERED,
    });
    expect(entryOf({ annotations: { 'cftunnel.io/hostnam': 'x' } }, { tunnels: [] })).not.toHaveProperty('tunnel');
  });

  it('is listed by namespace, then by name, then by source', () => {
    const requests = [
      service('shop/b', APP),
      service('shop/a', APP),
      service('shop/z', { hostname: 'a.example.com' }),
      requestOfIngress(
        anIngress('blog/site', { rules: [aRule('z.example.com', { '/': 'web' })] }),
        aCluster([aService('blog/web')]),
      ),
    ];

    expect(overview(requests).map(({ claim, source }) => `${claim} ${source}`)).toStrictEqual([
      'z.example.com Ingress/blog/site',
      'a.example.com shop/z',
      'app.example.com shop/a',
      'app.example.com shop/b',
    ]);
  });
});

describe('who may enter', () => {
  const closed = aTunnel('shop/home', { isDefault: true, spec: { access: { policies: ['family'] } } });
  const strict = aTunnel('shop/home', { isDefault: true, spec: { access: { required: true } } });

  it.each<{ name: string; access?: string; tunnels: readonly Tunnel[]; entry: object }>([
    { name: 'everybody', tunnels: [HOME], entry: WEB },
    { name: 'whom its policies let in', access: 'staff', tunnels: [HOME], entry: { ...WEB, access: ['shop/staff'] } },
    { name: 'whom the policies of its Tunnel let in', tunnels: [closed], entry: { ...WEB, access: ['shop/family'] } },
    { name: 'everybody, against its Tunnel', access: 'none', tunnels: [closed], entry: { ...WEB, access: 'none' } },
    { name: 'nobody, if its Tunnel requires policies', access: 'none', tunnels: [strict], entry: WEB },
  ])('is told: $name', ({ access, tunnels, entry }) => {
    const annotations = access === undefined ? {} : { 'cftunnel.io/access': access };

    expect(entryOf({ ...APP, annotations }, { tunnels })).toStrictEqual(entry);
  });

  it('is what it says itself if its Tunnel is not known', () => {
    const annotations = { 'cftunnel.io/access': 'staff' };

    expect(entryOf({ ...APP, tunnel: 'gone', annotations })).toStrictEqual({
      ...WEB,
      tunnel: 'shop/gone',
      access: ['shop/staff'],
    });
  });
});

describe('how a hostname stands', () => {
  const refused: Standing = {
    status: 'False',
    reason: 'HostnameConflict',
    message: 'app.example.com is held (still served: https://www.example.com)',
  };
  const exposed: Standing = { status: 'True', reason: 'Exposed', message: 'https://app.example.com' };
  const both = { hostname: 'app.example.com,www.example.com' };

  it.each<{ name: string; told: Standing; standings: readonly Standing[] }>([
    { name: 'as its source', told: exposed, standings: [exposed, exposed] },
    {
      name: 'better than its source, if it is still served',
      told: refused,
      standings: [refused, { status: 'True', reason: 'Exposed', message: 'https://www.example.com' }],
    },
  ])('is told $name', ({ told, standings }) => {
    const condition = { ...told, type: 'cftunnel.io/Exposed', lastTransitionTime: '' };
    const entries = overview([service('shop/web', both)], { told: { 'shop/web': condition } });

    expect(entries.map(({ standing }) => standing)).toStrictEqual(standings);
  });

  it('is that of its source if it names none', () => {
    const told = { 'shop/web': refused };

    expect(entryOf({ annotations: { 'cftunnel.io/hostnam': 'x' } }, { told })?.standing).toStrictEqual(refused);
  });
});
