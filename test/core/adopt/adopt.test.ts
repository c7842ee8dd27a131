import { describe, expect, it } from '@jest/globals';
import { type AdoptionFacts, adoptionNotes, findRemote, ownerOf, tunnelFor } from '../../../src/core/adopt/adopt.ts';
import type { RemoteTunnel } from '../../../src/core/tunnel/remote.ts';
import { aTunnel } from '../../support/builders.ts';

const ACCOUNT = 'a'.repeat(32);
const OLD: RemoteTunnel = { id: 'id-1', name: 'Old Home', isRemotelyManaged: true };
const OFFICE: RemoteTunnel = { id: 'id-2', name: 'office', isRemotelyManaged: false };
/** Somebody has called it like the id of another one. */
const ODD: RemoteTunnel = { id: 'id-3', name: 'id-2', isRemotelyManaged: false };

describe('findRemote', () => {
  it.each([
    ['id-1', OLD],
    ['Old Home', OLD],
    ['id-2', OFFICE],
  ])('finds a tunnel by %s, ids first', (asked, tunnel) => {
    expect(findRemote(asked, ACCOUNT, [ODD, OLD, OFFICE])).toStrictEqual({ tunnel });
  });

  it.each([
    { tunnels: [OFFICE, OLD], names: 'Old Home, office' },
    { tunnels: [], names: 'none' },
  ])('names those that there are: $names', ({ tunnels, names }) => {
    expect(findRemote('hom', ACCOUNT, tunnels)).toStrictEqual({
      problem: `account ${ACCOUNT} has no tunnel with the id or name hom. Its tunnels: ${names}`,
    });
  });
});

describe('ownerOf', () => {
  it.each([
    { name: 'reports its id', traits: { status: { tunnelId: 'id-1' } } },
    { name: 'asks for its id', traits: { spec: { existingTunnel: { id: 'id-1' } } } },
    { name: 'asks for its name', traits: { spec: { existingTunnel: { name: 'Old Home' } } } },
  ])('is the Tunnel that $name', ({ traits }) => {
    const others = [aTunnel('shop/new'), aTunnel('shop/office', { spec: { existingTunnel: { id: 'id-2' } } })];
    const owner = aTunnel('shop/home', traits);

    expect(ownerOf(OLD, [...others, owner])).toBe(owner);
    expect(ownerOf(OLD, others)).toBeUndefined();
  });
});

describe('tunnelFor', () => {
  const facts = (parts: Partial<AdoptionFacts>): AdoptionFacts => {
    return { tunnel: OLD, accountId: ACCOUNT, namespace: 'shop', name: undefined, secret: 'cloudflare', ...parts };
  };

  it.each([
    { tunnel: OLD, spec: { configMode: 'Remote', existingRules: 'Keep' } },
    { tunnel: OFFICE, spec: { configMode: 'Local' } },
  ])('keeps the rules of $tunnel.name', ({ tunnel, spec }) => {
    expect(tunnelFor(facts({ tunnel, name: 'hq' }))).toStrictEqual({
      apiVersion: 'cftunnel.io/v1alpha1',
      kind: 'Tunnel',
      metadata: { name: 'hq', namespace: 'shop' },
      spec: {
        credentialsRef: { name: 'cloudflare' },
        accountId: ACCOUNT,
        existingTunnel: { id: tunnel.id },
        ...spec,
      },
    });
  });

  it.each([
    ['Old Home', 'old-home'],
    ['--Ünd 2_', 'nd-2'],
    ['***', 'tunnel'],
    [`${'a'.repeat(49)} b`, 'a'.repeat(49)],
    ['a'.repeat(60), 'a'.repeat(50)],
  ])('calls the Tunnel for "%s" %s', (name, called) => {
    expect(tunnelFor(facts({ tunnel: { ...OLD, name } })).metadata.name).toBe(called);
  });
});

describe('adoptionNotes', () => {
  const HOME = aTunnel('shop/home');
  const RULES = [
    { hostname: 'a.example.com', service: 'http://10.0.0.5:80' },
    { hostname: 'b.example.com', path: '^/b', service: 'http://10.0.0.6:80' },
    { service: 'http_status:404' },
  ];
  const RECORDS =
    'Its DNS records stay. One at a hostname that a Service claims is taken over only if dns.onConflict is Adopt or Overwrite';

  it.each([
    { ingress: [], notes: ['It has no rules at Cloudflare'] },
    {
      ingress: [RULES[0], RULES[2]],
      notes: [
        'Its rule is kept behind those of Services (existingRules: Keep):',
        '  a.example.com -> http://10.0.0.5:80',
      ],
    },
    {
      ingress: RULES,
      notes: [
        'Its 2 rules are kept behind those of Services (existingRules: Keep):',
        '  a.example.com -> http://10.0.0.5:80',
        '  b.example.com (path ^/b) -> http://10.0.0.6:80',
      ],
    },
  ])('tell what becomes of the rules $ingress', ({ ingress, notes }) => {
    expect(adoptionNotes(HOME, true, { config: { ingress }, connectors: undefined })).toStrictEqual([
      ...notes,
      RECORDS,
    ]);
  });

  it('tell that Cloudflare does not know the rules of a local tunnel', () => {
    expect(adoptionNotes(HOME, false, { config: {}, connectors: 0 })).toStrictEqual([
      'It is configured locally: its rules are in a file of its connectors, which Cloudflare does not know. Annotate a Service for each of them before you stop those connectors',
      RECORDS,
    ]);
  });

  it.each([
    [1, '1 connector of it run now'],
    [2, '2 connectors of it run now'],
  ])('tell when to stop connectors: %i', (connectors, what) => {
    expect(adoptionNotes(HOME, true, { config: {}, connectors })).toStrictEqual([
      'It has no rules at Cloudflare',
      `${what}. They keep serving. Stop them once Tunnel shop/home is ready, or it reports ForeignConnectors: kubectl -n shop wait tunnel/home --for=condition=Ready`,
      RECORDS,
    ]);
  });
});
