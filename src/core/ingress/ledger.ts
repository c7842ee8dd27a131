/**
 * `routes.json` in the ingress ConfigMap: which Service owns which rule. It is what makes the operator's memory
 * outlive the operator: last good state and the release of finalizers are read from it.
 */
import type { ConfigMap } from '../../api/objects.ts';
import { parseHostname } from '../hostname.ts';
import { compare } from '../keys.ts';
import type { Route } from '../routes/route.ts';

export const LEDGER_KEY = 'routes.json';
export const CONFIG_KEY = 'config.yaml';

/** One rule a line, in one order, so that equal routes give equal bytes and a diff is readable. */
export function writeLedger(routes: readonly Route[]): string {
  const lines = routes
    .toSorted((a, b) => compare(a.hostname, b.hostname) || compare(a.source, b.source))
    .map(({ hostname, source, origin, dns }) => `    ${JSON.stringify({ hostname, service: source, origin, dns })}`);
  return `{\n  "version": 1,\n  "rules": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}]\n}\n`;
}

/** The routes of a ConfigMap; `undefined` if there is none, or if a person has broken it beyond reading. */
export function readLedger(configMap: ConfigMap | undefined): readonly Route[] | undefined {
  const rules = field(parseJson(configMap?.data?.[LEDGER_KEY]), 'rules');
  return Array.isArray(rules) ? rules.flatMap(readRule) : undefined;
}

function readRule(rule: unknown): readonly Route[] {
  const [hostname, source, origin] = [field(rule, 'hostname'), field(rule, 'service'), field(rule, 'origin')];
  if (typeof hostname !== 'string' || typeof source !== 'string' || typeof origin !== 'string') return [];
  const parsed = parseHostname(hostname);
  if ('problem' in parsed) return [];
  const dns = field(rule, 'dns');
  const choice: Pick<Route, 'dns'> = dns === 'managed' || dns === 'disabled' ? { dns } : {};
  return [{ source, hostname: parsed.hostname, origin, ...choice }];
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
