/**
 * Certificates are files in the connectors' pods. A connector rejects a whole configuration that names a file which it
 * does not have, so a rule with new certificates is sent only when every connector has them.
 */
import type { CaFiles } from '../ca-pool/files.ts';
import { CONFIG_FOLDER } from '../ingress/rule.ts';
import { isRecord } from '../json.ts';
import type { Route } from '../model/route.ts';
import { remoteRuleOf } from './compile.ts';
import { type RemoteConfig, type RemoteRule, rulesOf } from './configuration.ts';
import { matchOf } from './existing.ts';

/** The rule of a route that can be sent now: its own, or else the one that is in force. */
export interface SendableRule {
  readonly route: Route;
  readonly rule: RemoteRule;
}

/** Leaves out a new route whose certificates are still missing in some pod. */
export function sendableRules(
  routes: readonly Route[],
  current: RemoteConfig,
  areFilesInPlace: boolean,
): readonly SendableRule[] {
  if (areFilesInPlace) return routes.map((route) => ({ route, rule: remoteRuleOf(route) }));
  const inForce = new Map(rulesOf(current).map((rule) => [matchOf(rule), rule]));
  return routes.flatMap((route) => {
    const own = remoteRuleOf(route);
    const rule = route.caPool === undefined ? own : inForce.get(matchOf(own));
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
