/**
 * `routes.json` in the ingress ConfigMap: which source owns which rule. The operator reads last good routes and the
 * sources that need their finalizer from it, so that both survive a restart.
 */
import type { ConfigMap } from '../../api/objects.ts';
import { isRecord } from '../json.ts';
import { compare } from '../keys.ts';
import type { Route } from '../model/route.ts';
import { decodeRoute, encodeRoute } from './route-entry.ts';
import { byPrecedence } from '../model/precedence.ts';

export const ROUTES_KEY = 'routes.json';
export const CONFIG_KEY = 'config.yaml';

interface DocumentMarks {
  readonly isPartial?: boolean;
  readonly hasApplications?: boolean;
}

/**
 * Writes one rule per line, in the order in which cloudflared matches them. Equal routes give equal bytes. `isPartial`:
 * more may have been published, so a missing route proves nothing. `hasApplications`: the Tunnel may have Access
 * applications, whatever its routes ask for.
 */
export function encodeRoutes(
  routes: readonly Route[],
  { isPartial = false, hasApplications = false }: DocumentMarks = {},
): string {
  const lines = routes.toSorted((a, b) => byPrecedence(a, b) || compare(a.source, b.source)).map(encodeRoute);
  const marks = `${isPartial ? '\n  "partial": true,' : ''}${hasApplications ? '\n  "applications": true,' : ''}`;
  return `{\n  "version": 1,${marks}\n  "rules": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}]\n}\n`;
}

/** The routes of a ConfigMap; `undefined` if they are incomplete, or if a person has broken the document. */
export function decodeRoutes(configMap: ConfigMap | undefined): readonly Route[] | undefined {
  const document = parseJson(configMap?.data?.[ROUTES_KEY]);
  const rules = isRecord(document) && document.partial !== true ? document.rules : undefined;
  return Array.isArray(rules) ? rules.flatMap(decodeRoute) : undefined;
}

/** Whether a Tunnel may have Access applications, as its ConfigMap says. */
export function mayHaveApplications(configMap: ConfigMap): boolean {
  const document = parseJson(configMap.data?.[ROUTES_KEY]);
  return isRecord(document) && document['applications'] === true;
}

/** The same document, which says from now on that the Tunnel may have Access applications. */
export function withApplications(document: string): string {
  return document.replace('\n  "rules"', '\n  "applications": true,\n  "rules"');
}

/** Whether a ConfigMap contains published rules, complete or not. */
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
