import { describe, expect, it } from '@jest/globals';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import { hasChanges, titleOfObject } from '../../../src/core/preview/preview.ts';
import { aNamespace, aTunnel } from '../../support/builders.ts';
import { HOME, WEB, outlook, preview } from './a-preview.ts';

const UNCHANGED = { isNew: false, isSuspended: false, fields: [], rules: [], records: [], replacesConnectors: false };

describe('a Tunnel', () => {
  it('is listed with its rules and records if it is new, by name', () => {
    const change = { kind: 'add', name: 'app.example.com', zone: 'example.com', content: 'there' } as const;
    const suspended = aTunnel('shop/edge', { spec: { suspend: true } });

    expect(preview([], [HOME, suspended, WEB], { records: outlook({ changes: [change] }) })).toStrictEqual({
      tunnels: [
        { ...UNCHANGED, tunnel: 'shop/edge', isNew: true, isSuspended: true },
        {
          ...UNCHANGED,
          tunnel: 'shop/home',
          isNew: true,
          rules: [{ kind: 'add', claim: 'app.example.com', source: 'shop/web', origin: 'http://web.shop.svc:80' }],
          records: [change],
        },
      ],
      problems: [],
      warnings: [],
    });
  });

  it('is listed if only its records or rules change, and not if nothing does', () => {
    const changes = [{ kind: 'remove', name: 'old.example.com', zone: 'example.com' }] as const;
    const [records, nothing] = [outlook({ changes }), preview([HOME, WEB], [HOME, WEB])];

    expect(preview([HOME, WEB], [HOME, WEB], { records }).tunnels).toStrictEqual([
      { ...UNCHANGED, tunnel: 'shop/home', records: changes },
    ]);
    expect(preview([HOME], [HOME, WEB]).tunnels).toMatchObject([
      { rules: [{ kind: 'add' }], replacesConnectors: true },
    ]);
    expect(nothing).toStrictEqual({ tunnels: [], problems: [], warnings: [] });
    expect([nothing, preview([], [HOME])].map(hasChanges)).toStrictEqual([false, true]);
  });

  it.each<{ before: Partial<TunnelSpec>; after: Partial<TunnelSpec>; fields: readonly string[]; replaces?: true }>([
    { before: { replicas: 2 }, after: { replicas: 3, domain: 'a.com' }, fields: ['domain', 'replicas'] },
    { before: { cloudflared: { image: 'a' } }, after: {}, fields: ['cloudflared.image'], replaces: true },
    {
      before: {},
      after: { originRequest: { noTLSVerify: true } },
      fields: ['originRequest.noTLSVerify'],
      replaces: true,
    },
    { before: {}, after: { fallback: 'http_status:403' }, fields: ['fallback'], replaces: true },
    { before: {}, after: { cloudflared: { networkPolicy: true } }, fields: ['cloudflared.networkPolicy'] },
    { before: {}, after: { cloudflared: { podDisruptionBudget: false } }, fields: ['cloudflared.podDisruptionBudget'] },
    { before: {}, after: { dns: { zones: ['a.com'] } }, fields: ['dns.zones'] },
    {
      before: { replicas: 2, cloudflared: { extraEnv: [{ name: 'A' }] } },
      after: { replicas: 1, cloudflared: { extraEnv: [{ name: 'B' }] } },
      fields: ['cloudflared.extraEnv', 'replicas'],
      replaces: true,
    },
  ])('whose spec changes from $before to $after is told by fields', ({ before, after, fields, replaces = false }) => {
    const [old, edited] = [before, after].map((spec) => aTunnel('shop/home', { spec }));
    const other = aTunnel('shop/other');

    expect(preview([other, old!], [other, edited!]).tunnels).toStrictEqual([
      { ...UNCHANGED, tunnel: 'shop/home', fields, replacesConnectors: replaces },
    ]);
  });
});

it('an object is named by its kind', () => {
  expect([WEB, aNamespace('shop')].map(titleOfObject)).toStrictEqual(['Service shop/web', 'Namespace shop']);
});
