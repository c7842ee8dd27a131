/**
 * Certificates are files in the connectors' pods. A connector rejects a whole configuration that names a file which it
 * does not have, so a rule with new certificates is sent only when every connector has them. So is one that leads to the
 * proxy beside each connector.
 */
import type { CaFiles } from '../ca-pool/files.ts';
import { CONFIG_FOLDER } from '../ingress/rule.ts';
import { isRecord } from '../json.ts';
import type { Route } from '../model/route.ts';
import { remoteRuleOf } from './compile.ts';
import { type RemoteConfig, type RemoteRule, rulesOf } from './configuration.ts';
import { matchOf } from './existing.ts';
import { leadsToProxy, rulesByRoute, rulesInForce } from './route-rules.ts';

/** The rule of a route that can be sent now: its own, or else the one that is in force. */
export interface SendableRule {
  readonly route: Route;
  readonly rule: RemoteRule;
}

/** What every ready connector has. */
export interface Equipment {
  /** The files and the proxy that the rules need. */
  readonly isInPlace: boolean;
  /** Whether the proxies are known to serve a hostname. */
  readonly isProxied: (hostname: string) => boolean;
}

/**
 * Leaves out a new route whose certificates are still missing in some pod, and does not lead a hostname to proxies that
 * are missing or do not know it yet.
 */
export function sendableRules(
  routes: readonly Route[],
  current: RemoteConfig,
  { isInPlace, isProxied }: Equipment,
): readonly SendableRule[] {
  const rules = rulesByRoute(routes);
  const inForce = rulesInForce(current);
  const isSendable = (route: Route, rule: RemoteRule): boolean => {
    if (!leadsToProxy(rule)) return isInPlace || route.caPool === undefined;
    const now = inForce.get(matchOf(rule));
    return isInPlace && (isProxied(route.hostname) || (now !== undefined && leadsToProxy(now)));
  };
  return routes.flatMap((route) => {
    const own = rules.get(route);
    if (own === undefined) return [];
    const rule = isSendable(route, own)
      ? own
      : (inForce.get(matchOf(remoteRuleOf(route))) ?? inForce.get(matchOf(own)));
    return rule === undefined ? [] : [{ route, rule }];
  });
}

/** The certificate files that rules in force name, as far as they are known. */
export function filesInForce(current: RemoteConfig, known: Readonly<Record<string, string>>): CaFiles {
  const names = rulesOf(current).flatMap(({ originRequest }) =>
    isRecord(originRequest) && typeof originRequest['caPool'] === 'string' ? fileIn(originRequest['caPool']) : [],
  );
  return Object.fromEntries(names.flatMap((name) => (known[name] === undefined ? [] : [[name, known[name]]])));
}

function fileIn(path: string): readonly string[] {
  return path.startsWith(`${CONFIG_FOLDER}/`) ? [path.slice(CONFIG_FOLDER.length + 1)] : [];
}
