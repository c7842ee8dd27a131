import { ORIGIN_ANNOTATIONS } from '../../api/origin-annotations.ts';
import { parseSeconds } from '../duration.ts';
import { type IngressRule, ruleOf } from '../ingress/rule.ts';
import type { Route } from '../model/route.ts';
import type { RemoteRule } from './configuration.ts';

/** Settings that are Go durations in a file and whole seconds in a remote configuration. */
const DURATIONS = new Set<string>(
  ORIGIN_ANNOTATIONS.filter(({ kind }) => kind === 'duration').map(({ setting }) => setting),
);

/** A rule in the form in which Cloudflare stores it. */
export function remoteRule({ originRequest, ...rule }: IngressRule): RemoteRule {
  return originRequest === undefined ? rule : { ...rule, originRequest: remoteSettings(originRequest) };
}

export function remoteRuleOf(route: Route): RemoteRule {
  return remoteRule(ruleOf(route));
}

/** A fraction of a second is rounded up, because 0 means no timeout at all. */
export function remoteSettings(settings: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(settings).map(([setting, value]) =>
      DURATIONS.has(setting) && typeof value === 'string' ? [setting, secondsOf(value)] : [setting, value],
    ),
  );
}

function secondsOf(duration: string): number {
  // Rounded to nanoseconds first, so that 1.1s and 100ms do not become more through binary fractions.
  return Math.ceil(Number((parseSeconds(duration) ?? 0).toFixed(9)));
}
