import { describe, expect, it } from '@jest/globals';
import type { Route } from '../../../src/core/model/route.ts';
import { ruleChanges } from '../../../src/core/preview/rule-changes.ts';
import { aLanName, aRoute } from '../../support/routes.ts';

const WEB = aRoute('app.example.com');
const PLACE = { source: 'shop/web', origin: 'http://web.shop.svc:80' };
const AT = { claim: 'app.example.com', ...PLACE };
const STAFF = ['shop/staff'];

describe('the rules of a Tunnel', () => {
  it('are listed in the order in which they match, removed ones last', () => {
    const [a, b, c, wild] = ['a', 'b', 'c', '*'].map((label) => aRoute(`${label}.example.com`));
    const api: Route = { ...c!, path: { type: 'Prefix', value: '/api' } };

    const changes = ruleChanges([wild!, b!], [aRoute('*.example.net'), c!, api, a!]);

    expect(changes.map(({ kind, claim }) => `${kind} ${claim}`)).toStrictEqual([
      'add a.example.com',
      'add c.example.com/api',
      'add c.example.com',
      'add *.example.net',
      'remove b.example.com',
      'remove *.example.com',
    ]);
  });

  it.each<{ name: string; before: readonly Route[]; after: readonly Route[]; changes: readonly object[] }>([
    { name: 'a new one', before: [], after: [WEB], changes: [{ kind: 'add', ...AT }] },
    {
      name: 'a new one behind Access',
      before: [],
      after: [{ ...WEB, access: STAFF }],
      changes: [{ kind: 'add', ...AT, access: STAFF }],
    },
    { name: 'one that is gone', before: [WEB], after: [], changes: [{ kind: 'remove', ...AT }] },
    {
      name: 'another source',
      before: [WEB],
      after: [aRoute('app.example.com', 'shop/api', PLACE.origin)],
      changes: [{ kind: 'change', ...AT, source: 'shop/api', before: PLACE }],
    },
    {
      name: 'another origin',
      before: [WEB],
      after: [{ ...WEB, origin: 'http://web.shop.svc:81' }],
      changes: [{ kind: 'change', ...AT, origin: 'http://web.shop.svc:81', before: PLACE }],
    },
    {
      name: 'other settings',
      before: [WEB],
      after: [{ ...WEB, originRequest: { noTLSVerify: true } }],
      changes: [{ kind: 'change', ...AT, before: PLACE }],
    },
    {
      name: 'others who may enter',
      before: [{ ...WEB, access: STAFF }],
      after: [{ ...WEB, access: 'none' }],
      changes: [{ kind: 'change', ...AT, access: 'none', before: { ...PLACE, access: STAFF } }],
    },
    { name: 'the same', before: [WEB], after: [{ ...WEB }], changes: [] },
    {
      name: 'an application that stands meanwhile',
      before: [WEB],
      after: [{ ...WEB, protection: { team: 'team', audience: 'a' } }],
      changes: [],
    },
    {
      name: 'names of the local network, which have none',
      before: [aLanName('old.example.com', ['192.0.2.1'])],
      after: [aLanName('new.example.com', [])],
      changes: [],
    },
    {
      name: 'a name that is no longer one of the local network',
      before: [aLanName('app.example.com', ['192.0.2.1'])],
      after: [WEB],
      changes: [{ kind: 'add', ...AT }],
    },
  ])('change: $name', ({ before, after, changes }) => {
    expect(ruleChanges(before, after)).toStrictEqual(changes);
  });
});
