/** Certificates that routes refer to, and the room that they take. */
import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/api/objects.ts';
import { unreadPools } from '../../../src/core/preview/routed-state.ts';
import { aConfigMap, aSecret, aService, aTunnel } from '../../support/builders.ts';
import { type Known, routed } from '../../support/routed.ts';

const HOME = aTunnel('shop/home');

/** Takes anything for a certificate, and its text for the fingerprint. */
const TOOLS = { isCertificate: () => true, fingerprint: (text: string) => text.slice(0, 40).replaceAll(/\s/g, '') };

function pem(text: string): string {
  return `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
}

function secure(name: string, pool: string) {
  return aService(`shop/${name}`, {
    hostname: `${name}.example.com`,
    tunnel: 'home',
    ports: [{ port: 443 }],
    annotations: { 'cftunnel.io/origin-ca-pool': pool },
  });
}

function decided(objects: readonly KubeObject[], known: Known = {}) {
  const state = routed([HOME, ...objects], { tools: TOOLS, ...known });
  return {
    rules: state.rules.get('shop/home')?.map(({ hostname, caPool }) => [hostname, caPool?.fingerprint]),
    problems: [...state.problems.values()].flat().map(({ reason }) => reason),
    unread: unreadPools(state),
  };
}

describe('a route that trusts certificates', () => {
  const CONFIG_MAP = aConfigMap('shop/ca', { 'ca.crt': pem('AAAA') });
  const SECRET = aSecret('shop/ca', { 'ca.crt': pem('BBBB') });
  const [FROM_MAP, FROM_SECRET] = ['AAAA', 'BBBB'].map((text) => TOOLS.fingerprint(pem(text)));

  it.each([
    { name: 'of a ConfigMap', objects: [CONFIG_MAP], rules: [['web.example.com', FROM_MAP]], problems: [] },
    {
      name: 'of a ConfigMap, also if there is a Secret',
      objects: [CONFIG_MAP, SECRET],
      rules: [['web.example.com', FROM_MAP]],
      problems: [],
    },
    { name: 'of a Secret', objects: [SECRET], rules: [['web.example.com', FROM_SECRET]], problems: [] },
    { name: 'that do not exist', missing: new Set(['shop/ca']), problems: ['InvalidAnnotation'], unread: ['shop/ca'] },
    { name: 'that were not read', missing: new Set(['shop/other']), problems: ['Progressing'], unread: ['shop/ca'] },
  ])('$name', ({ objects = [], missing, rules = [], problems, unread = [] }) => {
    const known = missing === undefined ? {} : { missing };

    expect(decided([secure('web', 'ca'), ...objects], known)).toStrictEqual({ rules, problems, unread });
  });

  it('needs each object read once', () => {
    const [a, b] = [secure('a', 'ca/one'), secure('b', 'ca/two')];

    expect(unreadPools(routed([HOME, a, b, secure('c', 'more')]))).toStrictEqual(['shop/ca', 'shop/more']);
  });
});

describe('what does not fit into a ConfigMap', () => {
  /** One more than there is room for. */
  const NAMES = [...'abcdefghijklmnopq'];

  function pools(sizeOfLast: number) {
    return NAMES.map((name) =>
      aConfigMap(`shop/${name}`, { 'ca.crt': pem(name.repeat(name === 'q' ? sizeOfLast : 63_000)) }),
    );
  }

  it('is left out, the last first, and the sources are told', () => {
    const services = NAMES.map((name) => secure(name, name));
    const state = routed([HOME, ...pools(63_000), ...services], { tools: TOOLS });
    const message =
      'q.example.com does not fit into the ConfigMap of Tunnel shop/home. Use another Tunnel, or fewer certificates';

    expect(state.rules.get('shop/home')?.map(({ source }) => source)).toStrictEqual(
      NAMES.slice(0, -1).map((name) => `shop/${name}`),
    );
    expect([...state.problems].filter(([, problems]) => problems.length > 0)).toStrictEqual([
      ['shop/q', [{ reason: 'TunnelNotReady', message }]],
    ]);
    expect(decided([...pools(100), ...services])).toMatchObject({ problems: [] });
  });

  it('is nothing if routes trust the same certificates', () => {
    const pool = aConfigMap('shop/x', { 'ca.crt': pem('x'.repeat(63_000)) });

    expect(decided([pool, ...NAMES.map((name) => secure(name, 'x'))])).toMatchObject({ problems: [] });
  });

  it('leaves the rules for as many hostnames as there is room for', () => {
    const many = ['a', 'b', 'c'].map((name) =>
      aService(`shop/${name}`, {
        tunnel: 'home',
        hostname: Array.from({ length: 300 }, (_, index) => `${name}${index}.example.com`).join(','),
        annotations: { 'cftunnel.io/path': `/${'é'.repeat(500)}` },
      }),
    );
    const { rules, problems } = routed([HOME, ...many]);
    const fitting = rules.get('shop/home')?.length ?? 0;

    expect(problems.get('shop/a')).toStrictEqual([]);
    expect(fitting).toBeGreaterThan(300);
    expect([...problems.values()].flat()).toHaveLength(900 - fitting);
  });
});
