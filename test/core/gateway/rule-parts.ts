/** Rules of a route that have been read: by default one of the Service `shop/web`, for every request. */
import type { RulePart } from '../../../src/core/gateway/parts.ts';
import type { ReadRule } from '../../../src/core/gateway/rule.ts';

export const WEB = { service: 'shop/web', port: 80, protocol: 'http' } as const;
export const ORIGIN = 'http://web.shop.svc:80';

export function aReadRule(traits: Partial<ReadRule> = {}): ReadRule {
  return {
    filters: [],
    backends: [{ weight: 1, backend: WEB }],
    direct: WEB,
    sessionPersistence: undefined,
    more: {},
    unresolved: [],
    unsupported: [],
    policies: [],
    ...traits,
  };
}

export function aPart(rule: Partial<ReadRule> = {}, traits: Partial<Omit<RulePart, 'rule'>> = {}): RulePart {
  return { place: 'spec.rules[0]', rule: aReadRule(rule), matches: [{ value: {} }], ...traits };
}
