import { describe, expect, it } from '@jest/globals';
import type { MigrationInput } from '../../../src/core/migrate/facts.ts';
import { planMigration } from '../../../src/core/migrate/migration.ts';
import type { Takeover } from '../../../src/core/migrate/takeover.ts';
import { aTunnel } from '../../support/builders.ts';
import { TUNNEL_ID, aRule, aTakeover, anInput, withPorts } from './a-cluster.ts';

/** Why a plan is blocked. */
function messages(takeover: Partial<Takeover>, facts: Partial<MigrationInput> = {}): readonly string[] {
  const input = anInput({ services: [withPorts('shop/web', 80)], ...facts });
  const { problems } = planMigration({ takeovers: [aTakeover(takeover)], problems: [] }, input);
  expect(problems.map(({ effect }) => effect)).toStrictEqual(problems.map(() => 'blocked'));
  return problems.map(({ message }) => message);
}

const SPEC = { existingTunnel: { id: TUNNEL_ID }, configMode: 'Local' } as const;
describe('the Tunnel of a plan', () => {
  it.each(['http_status:404', 'hello_world', 'https://example.com:8080', 'ws://10.0.0.5'])(
    'may have the fallback %s',
    (fallback) => {
      expect(messages({ fallback })).toStrictEqual([]);
    },
  );

  it.each(['http_status:40', 'http_status:4040', 'xhello_world', 'http://example.com/path', 'unix:/a', 'xhttp://a.b'])(
    'may not have the fallback %s',
    (fallback) => {
      expect(messages({ fallback })).toStrictEqual([
        `The last rule of the connectors of Tunnel shop/home leads to ${fallback}, which a Tunnel cannot have as its fallback. Change it to http_status:404 or a URL`,
      ]);
    },
  );

  it.each([
    { length: 50, says: [] },
    {
      length: 51,
      says: [
        `Tunnel shop/${'x'.repeat(51)} would have a name of more than 50 characters. Rename the object it comes from`,
      ],
    },
  ])('may have a name of $length characters', ({ length, says }) => {
    expect(messages({ tunnel: `shop/${'x'.repeat(length)}` })).toStrictEqual(says);
  });

  const others = [aTunnel('shop/other', { spec: { existingTunnel: { id: 'other' } } })];
  const named = { existingTunnel: { name: 'home' }, configMode: 'Local' } as const;
  const EXISTS = 'Tunnel shop/home exists, and is for another remote tunnel. Delete it or rename it';

  it.each<{ name: string; spec?: Takeover['spec']; existing: object; says: readonly string[] }>([
    { name: 'the same id', existing: { id: TUNNEL_ID }, says: [] },
    { name: 'the same name', spec: named, existing: { name: 'home' }, says: [] },
    { name: 'another id', existing: { id: 'other' }, says: [EXISTS] },
    { name: 'another name', spec: named, existing: { name: 'house' }, says: [EXISTS] },
  ])('may exist for $name', ({ spec = SPEC, existing, says }) => {
    const there = aTunnel('shop/home', { spec: { existingTunnel: existing } });

    expect(messages({ spec }, { tunnels: [...others, there] })).toStrictEqual(says);
    expect(messages({ spec }, { tunnels: others })).toStrictEqual([]);
  });

  it('may not be one that makes a tunnel of its own', () => {
    expect(messages({}, { tunnels: [aTunnel('shop/home')] })).toStrictEqual([EXISTS]);
  });
});

it.each([
  { count: 100, says: [] },
  {
    count: 101,
    says: ['Service shop/web has 101 routes, and at most 100 fit. Make a second Service for the same pods'],
  },
])('a Service may have $count routes', ({ count, says }) => {
  const rules = Array.from({ length: count }, (_, index) => aRule(`a${index}.example.com`, 'http://web.shop.svc'));

  expect(messages({ rules })).toStrictEqual(says);
});
