/** The configuration of a remotely managed tunnel, as Cloudflare stores it and pushes it to the connectors. */
import { isRecord } from '../json.ts';

/** An ingress rule as Cloudflare returns it. Rules of others may have keys that this operator does not know. */
export type RemoteRule = Readonly<Record<string, unknown>>;

/** `config` of a tunnel. Keys other than `ingress` and `originRequest`, such as `warp-routing`, are never changed. */
export type RemoteConfig = Readonly<Record<string, unknown>>;

export interface RemoteConfiguration {
  /** Increases with every write, whoever makes it. Connectors report the version that they run. */
  readonly version: number;
  readonly config: RemoteConfig;
}

/** A tunnel that nobody has configured. */
export const UNCONFIGURED: RemoteConfiguration = { version: 0, config: {} };

/** The rules of a configuration, without the catch-all rule at the end. */
export function rulesOf({ ingress }: RemoteConfig): readonly RemoteRule[] {
  return rulesIn(ingress).filter((rule) => !isCatchAll(rule));
}

/** The rule for every request that no other rule matches. */
export function catchAllOf({ ingress }: RemoteConfig): RemoteRule | undefined {
  return rulesIn(ingress).find(isCatchAll);
}

function rulesIn(ingress: unknown): readonly RemoteRule[] {
  return Array.isArray(ingress) ? ingress.filter(isRecord) : [];
}

function isCatchAll(rule: RemoteRule): boolean {
  return ['', '*'].includes(textOf(rule, 'hostname')) && textOf(rule, 'path') === '';
}

/** A text of a rule; empty if it is absent. */
export function textOf(rule: RemoteRule, key: 'hostname' | 'path' | 'service'): string {
  const value = rule[key];
  return typeof value === 'string' ? value : '';
}

/** What a rule matches and where it leads, such as `app.example.com/api -> http://10.0.0.5:80`. */
export function describeRule(rule: RemoteRule): string {
  const path = textOf(rule, 'path');
  const match = `${textOf(rule, 'hostname') || '*'}${path === '' ? '' : ` (path ${path})`}`;
  return `${match} -> ${textOf(rule, 'service')}`;
}
