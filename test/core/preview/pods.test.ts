import { describe, expect, it } from '@jest/globals';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { haveSamePods } from '../../../src/core/preview/pods.ts';
import { aTunnel } from '../../support/builders.ts';
import { aLanName, aProxiedRoute, aRoute } from '../../support/routes.ts';

type Spec = Partial<TunnelSpec>;

interface Change {
  readonly name: string;
  /** Of both, unless they are changed. */
  readonly spec?: Spec;
  readonly after?: Spec;
  readonly routes?: readonly (readonly Route[])[];
}

function areReplaced({ spec = {}, after = spec, routes: [before = [], now = before] = [] }: Change): boolean {
  const [was, is] = [spec, after].map((one) => aTunnel('shop/home', { spec: one }));
  return !haveSamePods({ tunnel: was!, routes: before }, { tunnel: is!, routes: now });
}

const REMOTE = { configMode: 'Remote' } as const;
const APP = aRoute('app.example.com');
const PROXIED = aProxiedRoute('app.example.com');
const LAN = aLanName('nas.example.com', ['192.0.2.1']);
const ALWAYS = { proxy: { mode: 'Always' } } as const;

function trusting(fingerprint: string): Route {
  return { ...APP, caPool: { name: 'ca', fingerprint } };
}

function protectedBy(audience: string): Route {
  return { ...APP, access: ['shop/staff'], protection: { team: 'team', audience } };
}

describe('connectors', () => {
  it.each<Change>([
    { name: 'another image', after: { cloudflared: { image: 'a:1' } } },
    { name: 'other patches', after: { cloudflared: { patches: [{ op: 'remove', path: '/spec' }] } } },
    { name: 'rules at Cloudflare instead of in a file', after: REMOTE },
    { name: 'a proxy that is always there', after: ALWAYS },
    { name: 'another image of the proxy', spec: ALWAYS, after: { proxy: { ...ALWAYS.proxy, image: 'a:1' } } },
    { name: 'another image of a proxy that routes need', after: { proxy: { image: 'a:1' } }, routes: [[PROXIED]] },
    { name: 'a first route that needs the proxy', spec: REMOTE, routes: [[APP], [PROXIED]] },
    { name: 'other certificates', spec: REMOTE, routes: [[trusting('f1')], [trusting('f2')]] },
    { name: 'a rule in their file', routes: [[], [APP]] },
    { name: 'other tokens that their file asks for', routes: [[protectedBy('a')], [protectedBy('b')]] },
    { name: 'a fallback in their file', after: { fallback: 'http_status:403' } },
  ])('are replaced for $name', (change) => {
    expect(areReplaced(change)).toBe(true);
  });

  it.each<Change>([
    { name: 'nothing', routes: [[APP]] },
    { name: 'more of them', after: { replicas: 25 } },
    { name: 'what is the default anyway', after: { cloudflared: { protocol: 'http2' }, proxy: { mode: 'Auto' } } },
    { name: 'an image of the proxy that no route needs', after: { proxy: { image: 'a:1' } }, routes: [[APP]] },
    { name: 'a rule that Cloudflare sends', spec: REMOTE, routes: [[], [APP]] },
    { name: 'a fallback that Cloudflare sends', spec: REMOTE, after: { ...REMOTE, fallback: 'http_status:403' } },
    { name: 'certificates that they have', spec: REMOTE, routes: [[trusting('f')], [trusting('f'), trusting('f')]] },
    {
      name: 'another order of certificates',
      spec: REMOTE,
      routes: [
        [trusting('f'), trusting('g')],
        [trusting('g'), trusting('f')],
      ],
    },
    {
      name: 'what only the proxy reads',
      routes: [[PROXIED], [PROXIED, { ...PROXIED, path: { type: 'Prefix', value: '/api' } }]],
    },
    { name: 'a name of the local network', routes: [[], [LAN]] },
    { name: 'who may enter', routes: [[protectedBy('a')], [{ ...protectedBy('a'), access: ['shop/all'] }]] },
  ])('stay for $name', (change) => {
    expect(areReplaced(change)).toBe(false);
  });
});
