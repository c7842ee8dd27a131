import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/api/objects.ts';
import type { PreviewFacts } from '../../../src/core/preview/preview.ts';
import { aService, aTunnel } from '../../support/builders.ts';
import { routed } from '../../support/routed.ts';
import { HOME, WEB, outlook, preview } from './a-preview.ts';

function problems(objects: readonly KubeObject[], inFiles: string, before: readonly KubeObject[] = [HOME]) {
  return preview(before, objects, { isInFiles: (object) => object === inFiles }).problems;
}

function aboutBoth(what: object) {
  return ['Service shop/api', 'Service shop/web'].map((object) => ({ object, ...what }));
}

describe('what is refused', () => {
  const BROKEN = aService('shop/broken', {
    hostname: 'b.example.com',
    tunnel: 'home',
    port: 'x',
    createdAt: '2020-01-01T00:00:00Z',
  });
  it('is told of what the files contain, by source', () => {
    const tunnel = aTunnel('shop/home', { spec: { fallback: 'http://a b' } });
    const typo = aService('shop/a', {
      hostname: 'a.example.com',
      tunnel: 'home',
      annotations: { 'cftunnel.io/x': '' },
    });

    expect(preview([], [tunnel, BROKEN, typo]).problems).toStrictEqual([
      {
        object: 'Tunnel shop/home',
        reason: 'InvalidSpec',
        message: 'spec.fallback: http://a b is not a URL that cloudflared can open',
      },
      expect.objectContaining({ object: 'Service shop/a' }),
      expect.objectContaining({ object: 'Service shop/broken' }),
    ]);
    expect(problems([tunnel], 'Tunnel shop/other')).toStrictEqual([]);
  });

  it('is told elsewhere only if the files cause it', () => {
    const tunnel = aTunnel('shop/home', { spec: { allowedRoutes: { namespaces: { from: 'All' } } } });
    const named = { hostname: 'app.example.com', tunnel: 'shop/home' };
    const young = aService('zoo/web', { ...named, createdAt: '2026-02-02T00:00:00Z' });
    const before = [tunnel, BROKEN, young];
    const conflict = { object: 'Service zoo/web', reason: 'HostnameConflict', message: expect.any(String) };

    expect(problems(before, 'Service shop/web', before)).toStrictEqual([]);
    expect(problems(before, 'Service shop/broken', before)).toHaveLength(1);
    expect(problems([...before, WEB], 'Service shop/web', before)).toStrictEqual([conflict]);
    expect(problems([...before, WEB], 'Service shop/web', [...before, WEB])).toStrictEqual([]);
  });

  it('is not what is only waited for', () => {
    const annotations = { 'cftunnel.io/origin-ca-pool': 'ca' };
    const secure = aService('shop/web', {
      hostname: 'a.example.com',
      tunnel: 'home',
      ports: [{ port: 443 }],
      annotations,
    });

    expect(routed([HOME, secure]).problems.get('shop/web')).toMatchObject([{ reason: 'Progressing' }]);
    expect(preview([HOME], [HOME, secure]).problems).toStrictEqual([]);
  });

  it('includes records and warnings of what the files contain', () => {
    const problem = { reason: 'RecordConflict', message: 'taken' } as const;
    const warning = { reason: 'CertificateMissing', message: 'two labels' } as const;
    const paths = aService('shop/api', {
      tunnel: 'home',
      hostname: 'app.example.com',
      annotations: { 'cftunnel.io/path': '/api' },
    });
    const records = outlook({
      problems: new Map([['app.example.com', problem]]),
      warnings: new Map([['app.example.com', [warning]]]),
    });
    const told = (isInFiles: PreviewFacts['isInFiles']) => {
      const { problems: refused, warnings } = preview([], [HOME, WEB, paths], { records, isInFiles });
      return { problems: refused, warnings };
    };

    expect(told(() => true)).toStrictEqual({ problems: aboutBoth(problem), warnings: aboutBoth(warning) });
    expect(told(() => false)).toStrictEqual({ problems: [], warnings: [] });
  });
});

describe('routes that everybody could enter', () => {
  const list =
    '[{hostname: m.example.com, path: /a, access: staff}, {hostname: m.example.com, path: /b}, {hostname: m.example.com, path: /a/c}]';
  const mixed = aService('shop/web', { tunnel: 'home', annotations: { 'cftunnel.io/routes': list } });
  const nas = aService('shop/nas', { tunnel: 'home', lanHostname: 'nas.example.com', lanAddress: '192.0.2.1' });
  const policy = {
    apiVersion: 'cftunnel.io/v1alpha1',
    kind: 'AccessPolicy',
    metadata: { namespace: 'shop', name: 'staff' },
  };
  const found = (facts: Partial<PreviewFacts>) => preview([], [HOME, policy, mixed, nas], facts).problems;

  it('are problems in files that must not have any', () => {
    expect(found({ isAccessRequired: true })).toStrictEqual([
      {
        object: 'Service shop/web',
        reason: 'AccessRequired',
        message:
          'm.example.com/b has no Access, which --require-access demands. Name AccessPolicies in cftunnel.io/access',
      },
    ]);
    expect(found({})).toStrictEqual([]);
    expect(found({ isAccessRequired: true, isInFiles: () => false })).toStrictEqual([]);
  });
});
