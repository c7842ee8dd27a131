/** What would change for visitors if rules were migrated as they are placed, and what else stands in the way. */
import { DNS, SERVICE_ANNOTATIONS } from '../../api/annotations.ts';
import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { parseHostname } from '../model/hostname.ts';
import { listed } from '../quote.ts';
import type { Parsers } from '../sources/parsers.ts';
import { type PlacedRule, byService } from './placement.ts';
import { type Annotations, routeAnnotations } from './route-annotations.ts';
import { orderProblems } from './rule-order.ts';
import { nameOf } from './served-rules.ts';
import { type MigrationProblem, type Takeover, blocked } from './takeover.ts';

/** The same as in the parser of `cftunnel.io/routes`. */
const MAX_ROUTES = 100;
const MAX_NAME = 50;
const FALLBACK = /^(http_status:[1-9][0-9]{2}|hello_world|(https?|wss?):\/\/[^/@?#\s]+)$/;

export function checkPlaced(
  takeover: Takeover,
  placed: readonly PlacedRule[],
  { patternProblem }: Pick<Parsers, 'patternProblem'>,
): readonly MigrationProblem[] {
  return [
    ...placed.flatMap((one) => invalidRule(one, patternProblem)),
    ...orderProblems(placed),
    ...namespaceProblems(placed),
    ...[...byService(placed)].flatMap(([key, rules]) => serviceProblems(key, rules, takeover.tunnel)),
  ].map(blocked);
}

function invalidRule({ rule }: PlacedRule, patternProblem: Parsers['patternProblem']): readonly string[] {
  const parsed = parseHostname(rule.hostname);
  const why = rule.path === undefined ? undefined : patternProblem(rule.path);
  return [
    ...('problem' in parsed ? [`The hostname ${parsed.problem}`] : []),
    ...(why === undefined ? [] : [`The path of ${nameOf(rule)} ${why}`]),
  ];
}

function namespaceProblems(placed: readonly PlacedRule[]): readonly string[] {
  return [...Map.groupBy(placed, ({ rule }) => rule.hostname)].flatMap(([hostname, rules]) => {
    const namespaces = [...new Set(rules.map(({ service }) => service.metadata.namespace ?? ''))];
    return namespaces.length < 2
      ? []
      : [
          `${hostname} leads to Services in the namespaces ${listed(namespaces)}, and a hostname belongs to one namespace. Give each its own hostname`,
        ];
  });
}

function serviceProblems(key: ObjectKey, rules: readonly PlacedRule[], tunnel: ObjectKey): readonly string[] {
  const isMixed = new Set(rules.map(({ rule }) => rule.hasManagedRecord)).size > 1;
  const wanted = routeAnnotations(tunnel, rules);
  const present = rules[0]?.service.metadata.annotations ?? {};
  return [
    ...(rules.length > MAX_ROUTES
      ? [
          `Service ${key} has ${rules.length} routes, and at most ${MAX_ROUTES} fit. Make a second Service for the same pods`,
        ]
      : []),
    ...(isMixed
      ? [
          `Service ${key} has hostnames whose record the other tool manages, and others, but ${DNS.key} is for all. Make a second Service for the same pods`,
        ]
      : []),
    ...(isOtherwise(present, wanted)
      ? [`Service ${key} has annotations of this operator that say something else. Remove them, or remove its rules`]
      : []),
  ];
}

function isOtherwise(present: Annotations, wanted: Annotations): boolean {
  return SERVICE_ANNOTATIONS.some(({ key }) => Object.hasOwn(present, key) && present[key] !== wanted[key]);
}

export function checkTunnel(
  { tunnel, spec, fallback }: Takeover,
  tunnels: readonly Tunnel[],
): readonly MigrationProblem[] {
  const name = tunnel.slice(tunnel.indexOf('/') + 1);
  const there = tunnels.find((one) => keyOf(one) === tunnel);
  const { id, name: remote } = spec.existingTunnel ?? {};
  const isSame = there?.spec.existingTunnel?.id === id && there?.spec.existingTunnel?.name === remote;
  return [
    ...(name.length > MAX_NAME
      ? [`Tunnel ${tunnel} would have a name of more than ${MAX_NAME} characters. Rename the object it comes from`]
      : []),
    ...(there !== undefined && !isSame
      ? [`Tunnel ${tunnel} exists, and is for another remote tunnel. Delete it or rename it`]
      : []),
    ...(FALLBACK.test(fallback)
      ? []
      : [
          `The last rule of the connectors of Tunnel ${tunnel} leads to ${fallback}, which a Tunnel cannot have as its fallback. Change it to http_status:404 or a URL`,
        ]),
  ].map(blocked);
}
