/** Finds, or makes, the Service to which each rule becomes a route. */
import type { OriginAnnotation } from '../../api/origin-annotations.ts';
import type { KubeObject, ObjectKey, Service } from '../../api/objects.ts';
import { keyOf, splitKey } from '../keys.ts';
import type { Protocol } from '../model/protocol.ts';
import { outsideObjects } from './outside-service.ts';
import { type Scalar, originSettings } from './origin-settings.ts';
import { type RuleTarget, targetOf } from './rule-target.ts';
import { nameOf } from './served-rules.ts';
import { type MigrationProblem, type SecretCopy, type ServedRule, type Takeover, blocked, left } from './takeover.ts';

/** A rule as a route of a Service. */
export interface PlacedRule {
  readonly rule: ServedRule;
  readonly service: Service;
  readonly port: number;
  readonly protocol: Protocol;
  readonly settings: ReadonlyMap<OriginAnnotation, Scalar>;
}

export interface Placement {
  readonly placed: readonly PlacedRule[];
  /** Services for addresses outside of the cluster, and their endpoints. */
  readonly created: readonly KubeObject[];
  readonly copies: readonly SecretCopy[];
  readonly problems: readonly MigrationProblem[];
}

const NOTHING: Placement = { placed: [], created: [], copies: [], problems: [] };

export function placeRules(takeover: Takeover, services: readonly Service[]): Placement {
  const placements = takeover.rules.map((rule) => placeRule(rule, takeover, services));
  const created = placements.flatMap((placement) => placement.created);
  return {
    placed: placements.flatMap(({ placed }) => placed),
    created: [...new Map(created.map((object) => [`${object.kind} ${keyOf(object)}`, object])).values()],
    copies: placements.flatMap(({ copies }) => copies),
    problems: placements.flatMap(({ problems }) => problems),
  };
}

function placeRule(rule: ServedRule, takeover: Takeover, services: readonly Service[]): Placement {
  const target = targetOf(rule.service, services, takeover.connectorNamespace);
  switch (target.kind) {
    case 'service':
      return placeAt(rule, target, takeover);
    case 'elsewhere':
      return placeOutside(rule, target, takeover);
    case 'missing':
      return problem(
        left(`${nameOf(rule)} leads to Service ${target.service}, which does not exist, so it is left out`),
      );
    case 'none':
      return problem(blocked(`${nameOf(rule)} cannot be migrated: ${target.why}. Remove that rule first`));
    default:
      return target satisfies never;
  }
}

function placeAt(
  rule: ServedRule,
  { service, protocol, port }: Extract<RuleTarget, { kind: 'service' }>,
  takeover: Takeover,
): Placement {
  const listed = portOf(service, port);
  if (listed === undefined)
    return problem(
      blocked(
        `${nameOf(rule)} leads to port ${port} of Service ${keyOf(service)}, which does not list it. Add it there`,
      ),
    );
  const namespace = service.metadata.namespace ?? '';
  const { values, copies, problems } = originSettings(rule.originRequest, {
    ...contextOf(takeover),
    protocol,
    namespace,
  });
  return {
    placed: [{ rule, service, port: listed, protocol, settings: values }],
    created: [],
    copies,
    problems: problems.map((why) => blocked(`${nameOf(rule)} cannot be migrated: ${why}`)),
  };
}

function contextOf({ findFile, defaults }: Takeover) {
  return { findFile, defaults };
}

/** The port of a Service by which a route names it. A headless Service is reached at the port of its pods. */
function portOf({ spec }: Service, port: number): number | undefined {
  const { type, clusterIP, ports = [] } = spec;
  if (type === 'ExternalName' || (clusterIP === 'None' && ports.length === 0)) return port;
  const tcp = ports.filter(({ protocol = 'TCP' }) => protocol === 'TCP');
  const byTarget = clusterIP === 'None' ? tcp.find(({ targetPort }) => targetPort === port) : undefined;
  return (tcp.find((one) => one.port === port) ?? byTarget)?.port;
}

/** An https origin is verified by its own name, and the name of the Service is another. */
function placeOutside(
  rule: ServedRule,
  target: Extract<RuleTarget, { kind: 'elsewhere' }>,
  takeover: Takeover,
): Placement {
  const { host, port, protocol } = target;
  const { service, endpoints } = outsideObjects(host, port, splitKey(takeover.tunnel).namespace);
  const own = { ...takeover.defaults, ...rule.originRequest };
  const isNamed = own['originServerName'] !== undefined || own['matchSNItoHost'] === true;
  const originRequest = isNamed ? rule.originRequest : { ...rule.originRequest, originServerName: host };
  const placement = placeAt({ ...rule, originRequest }, { kind: 'service', service, port, protocol }, takeover);
  return { ...placement, created: [service, ...endpoints] };
}

function problem(one: MigrationProblem): Placement {
  return { ...NOTHING, problems: [one] };
}

/** The rules of each Service, in their order. */
export function byService(placed: readonly PlacedRule[]): ReadonlyMap<ObjectKey, readonly PlacedRule[]> {
  return Map.groupBy(placed, ({ service }) => keyOf(service));
}
