/**
 * `routes.json` in the ingress ConfigMap: which Service owns which rule. It is what makes the operator's memory
 * outlive the operator: last good state and the release of finalizers are read from it.
 */
import type { ConfigMap } from '../../api/objects.ts';
import { isRecord } from '../json.ts';
import { compare } from '../keys.ts';
import type { Route } from '../model/route.ts';
import { decodeRoute } from './decode-route.ts';
import { byPrecedence } from '../model/precedence.ts';

export const ROUTES_KEY = 'routes.json';
export const CONFIG_KEY = 'config.yaml';

/**
 * One rule a line, in the order in which they are served: equal routes give equal bytes, and what is read back is in
 * that order again. `isPartial`: more was published than is known, so that nothing may be concluded from what is not there.
 */
export function encodeRoutes(routes: readonly Route[], isPartial = false): string {
  const lines = routes.toSorted((a, b) => byPrecedence(a, b) || compare(a.source, b.source)).map(encodeRoute);
  return `{\n  "version": 1,${isPartial ? '\n  "partial": true,' : ''}\n  "rules": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}]\n}\n`;
}

/** The line of one rule. */
export function encodeRoute(route: Route): string {
  const { source, hostname, path, origin, originRequest, caPool, dns, isLeaving: leaving, isUnrecorded } = route;
  const recorded = isUnrecorded === true ? false : undefined;
  const rule = { hostname, path, service: source, origin, originRequest, caPool, dns, leaving, recorded };
  return `    ${JSON.stringify(rule)}`;
}

/** The routes of a ConfigMap; `undefined` if there are not all of them, or if a person has broken it beyond reading. */
export function decodeRoutes(configMap: ConfigMap | undefined): readonly Route[] | undefined {
  const document = parseJson(configMap?.data?.[ROUTES_KEY]);
  const rules = isRecord(document) && document.partial !== true ? document.rules : undefined;
  return Array.isArray(rules) ? rules.flatMap(decodeRoute) : undefined;
}

/** Whether a ConfigMap holds published rules at all, complete or not. */
export function holdsRoutes(configMap: ConfigMap): boolean {
  const document = parseJson(configMap.data?.[ROUTES_KEY]);
  return isRecord(document) && Array.isArray(document['rules']);
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
