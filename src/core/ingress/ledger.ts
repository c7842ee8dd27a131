/**
 * `routes.json` in the ingress ConfigMap: which Service owns which rule. It is what makes the operator's memory
 * outlive the operator: last good state and the release of finalizers are read from it.
 */
import type { ConfigMap } from '../../api/objects.ts';
import { isRecord } from '../json.ts';
import { compare } from '../keys.ts';
import type { Route } from '../routes/route.ts';
import { readRule } from './ledger-rule.ts';
import { byPrecedence } from './precedence.ts';

export const LEDGER_KEY = 'routes.json';
export const CONFIG_KEY = 'config.yaml';

/**
 * One rule a line, in the order in which they are served: equal routes give equal bytes, and what is read back is in
 * that order again. `isPartial`: more was published than is known, so that nothing may be concluded from what is not there.
 */
export function writeLedger(routes: readonly Route[], isPartial = false): string {
  const lines = routes.toSorted((a, b) => byPrecedence(a, b) || compare(a.source, b.source)).map(ledgerLine);
  return `{\n  "version": 1,${isPartial ? '\n  "partial": true,' : ''}\n  "rules": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}]\n}\n`;
}

/** The line of one rule. */
export function ledgerLine(route: Route): string {
  const { source, hostname, path, origin, originRequest, caPool, dns, isLeaving: leaving, isUnrecorded } = route;
  const recorded = isUnrecorded === true ? false : undefined;
  const rule = { hostname, path, service: source, origin, originRequest, caPool, dns, leaving, recorded };
  return `    ${JSON.stringify(rule)}`;
}

/** The routes of a ConfigMap; `undefined` if there are not all of them, or if a person has broken it beyond reading. */
export function readLedger(configMap: ConfigMap | undefined): readonly Route[] | undefined {
  const ledger = parseJson(configMap?.data?.[LEDGER_KEY]);
  const rules = isRecord(ledger) && ledger.partial !== true ? ledger.rules : undefined;
  return Array.isArray(rules) ? rules.flatMap(readRule) : undefined;
}

/** Whether a ConfigMap holds published rules at all, complete or not. */
export function isLedger(configMap: ConfigMap): boolean {
  const ledger = parseJson(configMap.data?.[LEDGER_KEY]);
  return isRecord(ledger) && Array.isArray(ledger['rules']);
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
