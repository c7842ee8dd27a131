/**
 * Plans a migration: our objects, the order of steps, and what cannot be migrated.
 *
 * Guarantees
 * - A rule that is in force today is either a route, or named by a problem.
 * - No connector of ours serves a tunnel before it has every rule, and no former one stops before ours are connected and
 *   the records are ours. So every request finds a connector with its rule.
 * - Equal facts give an equal plan, and the steps of a plan that has been carried out change nothing.
 */
import type { KubeObject, ObjectKey, Tunnel } from '../../api/objects.ts';
import { keyOf, splitKey } from '../keys.ts';
import { checkPlaced, checkTunnel } from './checks.ts';
import type { MigrationInput } from './facts.ts';
import { tunnelSettings } from './origin-settings.ts';
import { type Placement, byService, placeRules } from './placement.ts';
import { routeAnnotations } from './route-annotations.ts';
import { settleOrder } from './rule-order.ts';
import { isRedundant, nameOf } from './served-rules.ts';
import type { Step } from './steps.ts';
import { type Findings, type MigrationProblem, type Takeover, blocked, left } from './takeover.ts';
import { tunnelFor } from './tunnel-object.ts';

export interface Migration {
  /** In the form in which they can be applied: Services carry nothing but their annotations. */
  readonly objects: readonly KubeObject[];
  readonly steps: readonly Step[];
  readonly problems: readonly MigrationProblem[];
  /** What remains of the other tool, and how to remove it. */
  readonly leftovers: readonly string[];
}

export function planMigration({ takeovers, problems }: Findings, input: MigrationInput): Migration {
  const plans = takeovers.map((takeover) => planTakeover(takeover, input));
  const controllers = new Set(takeovers.flatMap((takeover) => takeover.controllers));
  return {
    objects: plans.flatMap(({ objects }) => objects),
    steps: [
      ...plans.flatMap(({ preparation }) => preparation),
      ...[...controllers].map((deployment) => ({ kind: 'stop controller', deployment }) as const),
      ...plans.flatMap(({ handover }) => handover),
      ...releaseSteps(takeovers),
    ],
    problems: [...problems, ...plans.flatMap((plan) => plan.problems)],
    leftovers: [...new Set(takeovers.flatMap(({ leftovers }) => leftovers))],
  };
}

interface TakeoverPlan {
  readonly objects: readonly KubeObject[];
  /** Changes nothing that the other tool has. */
  readonly preparation: readonly Step[];
  readonly handover: readonly Step[];
  readonly problems: readonly MigrationProblem[];
}

function planTakeover(whole: Takeover, input: MigrationInput): TakeoverPlan {
  const { takeover, problems: redundant } = withoutRedundant(whole);
  const found = placeRules(takeover, input.services);
  const { placed, problems: prefixes } = settleOrder(found.placed);
  const placement = { ...found, placed };
  const { originRequest, problems: settings } = tunnelSettings(takeover.defaults);
  const services = [...byService(placement.placed).keys()];
  const tunnel = tunnelFor(takeover, { originRequest, services });
  return {
    objects: [tunnel, ...withAnnotations(takeover, placement)],
    preparation: preparationOf(takeover, placement, tunnel),
    handover: handoverOf(takeover, placement, tunnel),
    problems: [
      ...checkTunnel(takeover, input.tunnels),
      ...settings.map((why) => blocked(`The settings of Tunnel ${takeover.tunnel} cannot be migrated: ${why}`)),
      ...redundant,
      ...placement.problems,
      ...prefixes,
      ...checkPlaced(takeover, placement.placed, input.parsers),
    ],
  };
}

/** A rule that answers like the catch-all is not needed, but its record stays. */
function withoutRedundant(takeover: Takeover): { takeover: Takeover; problems: readonly MigrationProblem[] } {
  const { rules, fallback } = takeover;
  const gone = rules.filter((rule) => isRedundant(rule, rules, fallback));
  const problems = gone.map((rule) =>
    left(
      `${nameOf(rule)} answers ${fallback}, as every unknown hostname does, so it is left out. Remove its DNS record`,
    ),
  );
  return { takeover: { ...takeover, rules: rules.filter((rule) => !gone.includes(rule)) }, problems };
}

/** The new Services with their annotations, and nothing but annotations for the others. */
function withAnnotations({ tunnel }: Takeover, { placed, created }: Placement): readonly KubeObject[] {
  const wanted = new Map([...byService(placed)].map(([key, rules]) => [key, routeAnnotations(tunnel, rules)]));
  const isNew = new Set(created.filter(({ kind }) => kind === 'Service').map(keyOf));
  const annotationsOf = (key: ObjectKey) => ({ annotations: wanted.get(key) ?? {} });
  return [
    ...created.map((object) =>
      object.kind === 'Service'
        ? { ...object, metadata: { ...object.metadata, ...annotationsOf(keyOf(object)) } }
        : object,
    ),
    ...[...wanted.keys()]
      .filter((key) => !isNew.has(key))
      .map((key) => ({ apiVersion: 'v1', kind: 'Service', metadata: { ...splitKey(key), ...annotationsOf(key) } })),
  ];
}

function preparationOf({ copy }: Takeover, { copies, created }: Placement, tunnel: Tunnel): readonly Step[] {
  return [
    ...[...(copy === undefined ? [] : [copy]), ...copies].map((one) => ({ kind: 'copy secret', copy: one }) as const),
    ...created.map((object) => ({ kind: 'create object', object }) as const),
    { kind: 'create tunnel', tunnel },
  ];
}

function handoverOf(takeover: Takeover, { placed }: Placement, tunnel: Tunnel): readonly Step[] {
  const key = takeover.tunnel;
  const services = byService(placed);
  const rules = placed.map(({ rule, service }) => ({
    service: keyOf(service),
    hostname: rule.hostname,
    path: rule.path,
  }));
  return [
    ...[...services].map(
      ([service, of]) => ({ kind: 'annotate', service, annotations: routeAnnotations(key, of) }) as const,
    ),
    ...(takeover.replacesRemoteRules && rules.length > 0
      ? [{ kind: 'take over rules', tunnel: key, rules } as const]
      : []),
    ...(rules.length === 0 ? [] : [{ kind: 'await rules', tunnel: key, rules } as const]),
    { kind: 'start connectors', tunnel: key, replicas: tunnel.spec.replicas ?? 0 },
    { kind: 'await exposure', tunnel: key, services: [...services.keys()] },
    ...takeover.connectors.map((deployment) => ({ kind: 'stop connectors', deployment }) as const),
  ];
}

/** Last, when nothing depends on the other tool any more. */
function releaseSteps(takeovers: readonly Takeover[]): readonly Step[] {
  const paused = [...new Set(takeovers.flatMap((takeover) => takeover.paused))];
  const ownership = takeovers.filter((takeover) => takeover.ownership.length > 0);
  return [
    ...paused.map((deployment) => ({ kind: 'stop controller', deployment }) as const),
    ...ownership.map(
      (takeover) => ({ kind: 'remove ownership', tunnel: takeover.tunnel, records: takeover.ownership }) as const,
    ),
    ...takeovers.flatMap(({ releases }) => releases.map((release) => ({ kind: 'release', release }) as const)),
    ...paused.map((deployment) => ({ kind: 'start controller', deployment }) as const),
  ];
}
