import { describe, expect, it } from '@jest/globals';
import { contentOf, surprisesOf } from '../../../src/core/access/policy.ts';
import { REFERENCES, TRANSLATED, allow, content } from './access-specs.ts';

describe('a policy', () => {
  it.each([
    { decision: 'Allow', remote: 'allow' },
    { decision: 'Deny', remote: 'deny' },
    { decision: 'Bypass', remote: 'bypass' },
    { decision: 'ServiceAuth', remote: 'non_identity' },
  ] as const)('of the decision $decision is $remote at Cloudflare', ({ decision, remote }) => {
    expect(contentOf({ decision, include: [{ everyone: {} }] }, 'staff', REFERENCES)).toMatchObject({
      decision: remote,
    });
  });

  it('that says nothing lets nobody in', () => {
    expect(contentOf({}, 'staff', REFERENCES)).toStrictEqual(content({ decision: 'deny', include: [] }));
  });

  it('may say how long a login counts', () => {
    expect(contentOf(allow({ sessionDuration: '1h' }), 'staff', REFERENCES)).toStrictEqual(
      content({ sessionDuration: '1h' }),
    );
  });

  it('of the decision Bypass may have the rules that need no login', () => {
    const accepted = TRANSLATED.filter(
      ({ rule }) => !('problem' in contentOf({ decision: 'Bypass', include: [rule] }, 'staff', REFERENCES)),
    );

    expect(accepted.flatMap(({ rule }) => Object.keys(rule)).join()).toBe(
      'ip,ipList,country,everyone,group,serviceToken,anyServiceToken,certificate,commonName',
    );
  });

  it.each(['include', 'require', 'exclude'] as const)('of the decision Bypass has no identity in %s', (list) => {
    const spec = { decision: 'Bypass' as const, include: [{ country: 'DE' }], [list]: [{ email: 'ann@example.com' }] };

    expect(contentOf(spec, 'staff', REFERENCES)).toMatchObject({ problem: expect.stringContaining('such as email') });
  });

  it.each([
    { spec: allow({ include: [{ country: 'DE' }, { ip: '203.0.113.7' }] }), says: 'decision Bypass' },
    { spec: allow({ include: [{ ipList: 'id' }] }), says: 'decision Bypass' },
    { spec: allow({ include: [{ serviceToken: 'robot' }] }), says: 'decision ServiceAuth' },
    { spec: allow({ include: [{ anyServiceToken: {} }] }), says: 'decision ServiceAuth' },
    { spec: allow({ decision: 'ServiceAuth' }), says: 'decision Allow' },
    { spec: allow({ decision: 'ServiceAuth', require: [{ country: 'DE' }] }), says: 'decision Allow' },
    { spec: { decision: 'ServiceAuth' as const, require: [{ email: 'ann@example.com' }] }, says: 'decision Allow' },
  ])('$spec surprises its author', ({ spec, says }) => {
    expect(surprisesOf(spec)).toEqual([expect.stringContaining(says)]);
  });

  it.each([
    allow(),
    allow({ require: [{ ip: '203.0.113.7' }] }),
    allow({ decision: 'Bypass', include: [{ ip: '203.0.113.7' }] }),
    allow({ decision: 'ServiceAuth', include: [{ serviceToken: 'robot' }] }),
    { existing: { id: 'id' } },
  ])('%j surprises nobody', (spec) => {
    expect(surprisesOf(spec)).toEqual([]);
  });
});
