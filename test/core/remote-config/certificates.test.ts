import { describe, expect, it } from '@jest/globals';
import { proxyRulesOf } from '../../../src/core/ingress/rule.ts';
import { ANY_HOST } from '../../../src/core/model/hostname.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { filesInForce, sendableRules } from '../../../src/core/remote-config/certificates.ts';
import { rulesFor } from '../../../src/core/remote-config/route-rules.ts';
import { aProxiedRoute, aRoute } from '../../support/routes.ts';

const LAST = { service: 'http_status:404' };

describe('a rule that leads to the proxy', () => {
  const route = aProxiedRoute('canary.example.com');
  const plain = { hostname: 'canary.example.com', service: 'http://web.shop.svc:80' };
  const proxied = proxyRulesOf([route]).get(route)?.rule;
  const send = (inForce: readonly object[], isInPlace: boolean, isProxied: boolean) =>
    sendableRules([route], { ingress: [...inForce, LAST] }, { isInPlace, isProxied: () => isProxied }).map(
      ({ rule }) => rule,
    );

  it.each([
    {
      case: 'is sent once every pod has the proxy, and has read the hostname',
      inForce: [],
      isInPlace: true,
      isProxied: true,
      sent: [proxied],
    },
    {
      case: 'waits for a proxy that has not read the hostname',
      inForce: [],
      isInPlace: true,
      isProxied: false,
      sent: [],
    },
    { case: 'waits for a pod that has no proxy', inForce: [], isInPlace: false, isProxied: true, sent: [] },
    {
      case: 'leaves the former rule in force while it waits',
      inForce: [plain],
      isInPlace: false,
      isProxied: true,
      sent: [plain],
    },
    {
      case: 'does not take the place of a rule before its proxy has read the hostname',
      inForce: [plain],
      isInPlace: true,
      isProxied: false,
      sent: [plain],
    },
    {
      case: 'stays in force after a restart',
      inForce: [{ ...proxied }],
      isInPlace: true,
      isProxied: false,
      sent: [proxied],
    },
  ])('$case', ({ inForce, isInPlace, isProxied, sent }) => {
    expect(send(inForce, isInPlace, isProxied)).toEqual(sent);
  });
});

it('the rule for any host that is in force stays after a restart', () => {
  const any: Route = { ...aProxiedRoute('app.example.com'), hostname: ANY_HOST };
  const { anyHost = LAST } = rulesFor([any]);
  const sent = (last: object) =>
    sendableRules([any], { ingress: [last] }, { isInPlace: true, isProxied: () => false }).map(({ rule }) => rule);

  expect(sent(anyHost)).toEqual([{ ...anyHost, hostname: ANY_HOST }]);
  expect(sent(LAST)).toEqual([{ ...LAST, hostname: ANY_HOST }]);
});

describe('certificates', () => {
  const plain = aRoute('plain.example.com', 'shop/plain');
  const secure = { ...aRoute('secure.example.com', 'shop/secure'), caPool: { name: 'ca', fingerprint: 'new' } };
  const inForce = {
    hostname: 'secure.example.com',
    service: 'https://old',
    originRequest: { caPool: '/etc/cloudflared/config/ca-old.pem' },
  };
  const caPool = '/etc/cloudflared/config/ca-new.pem';

  it.each([
    { name: 'that every connector has', arePlaced: true, ingress: [inForce], rules: [{ originRequest: { caPool } }] },
    {
      name: 'that some connector lacks leave the rule in force',
      arePlaced: false,
      ingress: [inForce],
      rules: [inForce],
    },
    { name: 'that some connector lacks hold back a new rule', arePlaced: false, ingress: [], rules: [] },
  ])('$name', ({ arePlaced, ingress, rules }) => {
    const sent = sendableRules(
      [plain, secure],
      { ingress: [...ingress, LAST] },
      { isInPlace: arePlaced, isProxied: () => false },
    );

    expect(sent.map(({ route }) => route)).toEqual([plain, secure].slice(0, 1 + rules.length));
    expect(sent.slice(1).map(({ rule }) => rule)).toMatchObject(rules);
  });

  it('are kept only for rules in force', () => {
    const elsewhere = { hostname: 'b.example.com', originRequest: { caPool: '/etc/ssl/ca-old.pem' } };
    const unknown = { hostname: 'c.example.com', originRequest: { caPool: '/etc/cloudflared/config/ca-gone.pem' } };
    const others = [
      { hostname: 'd.example.com', originRequest: 'none' },
      { hostname: 'e.example.com', originRequest: { caPool: 7 } },
    ];
    const known = { 'ca-old.pem': 'PEM', 'config.yaml': 'no certificate', 'ca-unused.pem': 'PEM' };

    expect(filesInForce({ ingress: [inForce, elsewhere, unknown, ...others] }, known)).toStrictEqual({
      'ca-old.pem': 'PEM',
    });
  });
});
