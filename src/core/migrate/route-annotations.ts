/** Writes the routes of a Service as its annotations: one by one if they are a single route, else as a list. */
import { DNS, HOSTNAME, PATH, PATH_TYPE, PORT, PROTOCOL, ROUTES, TUNNEL } from '../../api/annotations.ts';
import type { ObjectKey } from '../../api/objects.ts';
import { splitKey } from '../keys.ts';
import type { PlacedRule } from './placement.ts';

export type Annotations = Readonly<Record<string, string>>;

export function routeAnnotations(tunnel: ObjectKey, rules: readonly PlacedRule[]): Annotations {
  const [first, ...others] = rules;
  if (first === undefined) return {};
  const { name, namespace } = splitKey(tunnel);
  const reference = namespace === first.service.metadata.namespace ? name : tunnel;
  const isOne = others.every((rule) => sameButHostname(first, rule));
  return {
    [TUNNEL.key]: reference,
    ...(isOne ? singleRoute(first, rules) : { [ROUTES.key]: routeList(rules) }),
    ...(first.rule.hasManagedRecord ? {} : { [DNS.key]: 'disabled' }),
  };
}

function sameButHostname(one: PlacedRule, other: PlacedRule): boolean {
  return withoutHostname(one) === withoutHostname(other);
}

function withoutHostname(placed: PlacedRule): string {
  return JSON.stringify({ ...entryOf(placed), hostname: '' });
}

function singleRoute({ rule, port, protocol, settings }: PlacedRule, rules: readonly PlacedRule[]): Annotations {
  return {
    [HOSTNAME.key]: rules.map((placed) => placed.rule.hostname).join(', '),
    ...(rule.path === undefined ? {} : { [PATH.key]: rule.path, [PATH_TYPE.key]: pathTypeOf(rule) }),
    [PORT.key]: String(port),
    [PROTOCOL.key]: protocol,
    ...Object.fromEntries([...settings].map(([{ key }, value]) => [key, String(value)])),
  };
}

/** A YAML list with one route per line. Each line is JSON, which is YAML as well. */
function routeList(rules: readonly PlacedRule[]): string {
  return rules.map((rule) => `- ${JSON.stringify(entryOf(rule))}\n`).join('');
}

function entryOf({ rule, port, protocol, settings }: PlacedRule): Readonly<Record<string, unknown>> {
  const origin = Object.fromEntries([...settings].map(([{ field }, value]) => [field, value]));
  return {
    hostname: rule.hostname,
    ...(rule.path === undefined ? {} : { path: rule.path, pathType: pathTypeOf(rule) }),
    port,
    protocol,
    ...(settings.size === 0 ? {} : { origin }),
  };
}

function pathTypeOf({ isPrefix }: PlacedRule['rule']): 'Prefix' | 'Regex' {
  return isPrefix === true ? 'Prefix' : 'Regex';
}
