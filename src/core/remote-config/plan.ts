/**
 * Decides what to write to Cloudflare. A write replaces the whole configuration.
 *
 * Guarantees
 * - A rule of others is removed only if the spec says so, and only after status has named it.
 * - A rule of others keeps matching what it matched: it is never placed behind a wildcard of ours that covers it.
 * - Keys that this operator does not know survive, as do the defaults that a rule of others relies on.
 * - Equal facts give an equal configuration, and a plan for its own result changes nothing.
 */
import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import { sameJson } from '../equal.ts';
import { isRecord } from '../json.ts';
import { covers, normalName } from '../model/hostname.ts';
import { remoteSettings } from './compile.ts';
import { type RemoteConfig, type RemoteRule, catchAllOf, describeRule, textOf } from './configuration.ts';
import { leadsToProxy } from './route-rules.ts';

export interface PlanFacts {
  readonly current: RemoteConfig;
  /** This Tunnel's rules, in the order in which they match. */
  readonly wanted: readonly RemoteRule[];
  /** This Tunnel's rule for requests that no other rule matches, if a route asks for them. */
  readonly anyHost?: RemoteRule;
  /** Rules of others, in their order. */
  readonly existing: readonly RemoteRule[];
  readonly spec: Pick<TunnelSpec, 'originRequest' | 'fallback' | 'existingRules' | 'existingTunnel'>;
  /** Rules of others that status names. */
  readonly named: ReadonlySet<string>;
}

export interface ConfigurationPlan {
  readonly config: RemoteConfig;
  /** Whether `config` differs from what Cloudflare has. */
  readonly isChanged: boolean;
  /** Rules of others that stay. */
  readonly kept: readonly RemoteRule[];
  /** Rules of others that are removed, all of which status has named. */
  readonly removed: readonly RemoteRule[];
}

export function planConfiguration(facts: PlanFacts): ConfigurationPlan {
  const { current, wanted, spec } = facts;
  const fallback = existingFallback(facts);
  const existing = [...facts.existing, ...(fallback === undefined ? [] : [fallback])];
  const kept = existing.filter((rule) => !isRemovable(rule, facts));
  const defaults = isRecord(current['originRequest']) ? current['originRequest'] : {};
  const own = spec.originRequest === undefined ? undefined : remoteSettings(spec.originRequest);
  const inherited = own === undefined || sameJson(own, defaults) ? {} : defaults;
  const others = kept.filter((rule) => rule !== fallback).map((rule) => withDefaults(rule, inherited));
  const last = kept.find((rule) => rule === fallback) ?? facts.anyHost ?? { service: fallbackOf(spec) };
  const config = {
    ...current,
    originRequest: own ?? (kept.length > 0 ? defaults : {}),
    ingress: [...merged(wanted, others), last],
  };
  const removed = existing.filter((rule) => !kept.includes(rule));
  return { config, isChanged: !sameConfig(config, current), kept, removed };
}

/** A rule of others that the spec asks to remove and that a person has been able to see in status. */
export function isRemovable(rule: RemoteRule, { spec, named }: Pick<PlanFacts, 'spec' | 'named'>): boolean {
  return spec.existingRules === 'Replace' && named.has(describeRule(rule));
}

/** Places each rule of others behind ours, but before a wildcard of ours that would match its requests. */
function merged(wanted: readonly RemoteRule[], kept: readonly RemoteRule[]): readonly RemoteRule[] {
  const covering = Map.groupBy(kept, (rule) => wanted.find((one) => shadows(one, rule)));
  return [...wanted.flatMap((one) => [...(covering.get(one) ?? []), one]), ...(covering.get(undefined) ?? [])];
}

function shadows(ours: RemoteRule, other: RemoteRule): boolean {
  const [pattern, hostname] = [textOf(ours, 'hostname'), normalName(textOf(other, 'hostname'))];
  return hostname !== pattern && covers(pattern, hostname);
}

/** The rule with the defaults that it has relied on, before the spec's take their place. */
function withDefaults(rule: RemoteRule, defaults: Readonly<Record<string, unknown>>): RemoteRule {
  if (Object.keys(defaults).length === 0) return rule;
  return { ...rule, originRequest: { ...defaults, ...(isRecord(rule['originRequest']) ? rule['originRequest'] : {}) } };
}

/** The catch-all rule of others. It stays along with their other rules unless the spec asks for another one. */
function existingFallback({ spec, current, existing }: PlanFacts): RemoteRule | undefined {
  const rule = catchAllOf(current);
  const isTheirs = existing.length > 0 || spec.existingTunnel !== undefined;
  const isDefault = fallbackOf(spec) === DEFAULT_FALLBACK;
  const isOurs = rule !== undefined && (textOf(rule, 'service') === DEFAULT_FALLBACK || leadsToProxy(rule));
  return rule !== undefined && isTheirs && isDefault && !isOurs ? rule : undefined;
}

/** The same as in the schema of a Tunnel. */
const DEFAULT_FALLBACK = 'http_status:404';

function fallbackOf({ fallback = DEFAULT_FALLBACK }: Pick<TunnelSpec, 'fallback'>): string {
  return fallback;
}

/** Cloudflare may add an empty `originRequest` where none was written. */
function sameConfig(one: RemoteConfig, other: RemoteConfig): boolean {
  return sameJson(normal(one), normal(other));
}

function normal({ ingress, ...config }: RemoteConfig): RemoteConfig {
  const rules = Array.isArray(ingress)
    ? ingress.map((rule: unknown) => (isRecord(rule) ? withoutEmpty(rule) : rule))
    : [];
  return { ...withoutEmpty(config), ingress: rules };
}

function withoutEmpty({ originRequest, ...rest }: RemoteRule): RemoteRule {
  const isSet = isRecord(originRequest) && Object.keys(originRequest).length > 0;
  return isSet ? { ...rest, originRequest } : rest;
}
