/** What applying files would change: in the rules and records of each Tunnel, and in what is refused. */
import type { KubeObject, ObjectKey, Tunnel } from '../../api/objects.ts';
import { ACCESS } from '../../api/annotations.ts';
import { guardRoutes } from '../applications/guards.ts';
import { sameJson } from '../equal.ts';
import { specProblem } from '../ingress/validate.ts';
import { isRecord } from '../json.ts';
import { compare, keyOf } from '../keys.ts';
import { hasRule } from '../model/lan-name.ts';
import { type Problem, type Route, type Warning, claimOf } from '../model/route.ts';
import { type SourceKey, titleOf } from '../model/source.ts';
import { haveSamePods } from './pods.ts';
import type { RecordChange, RecordOutlook } from './record-changes.ts';
import type { RoutedState } from './routed-state.ts';
import { type RuleChange, ruleChanges } from './rule-changes.ts';

export interface PreviewFacts {
  readonly before: RoutedState;
  readonly after: RoutedState;
  /** By Tunnel, what Cloudflare's zones tell. Absent: its records were not compared. */
  readonly records: ReadonlyMap<ObjectKey, RecordOutlook>;
  /** Whether an object is in the files. */
  readonly isInFiles: (object: string) => boolean;
  /** A route without Access is a problem. */
  readonly isAccessRequired?: boolean;
}

export interface Preview {
  /** Only those for which something changes. */
  readonly tunnels: readonly TunnelPreview[];
  /** What is not done as the files ask, or was done before them. */
  readonly problems: readonly PreviewProblem[];
  readonly warnings: readonly PreviewProblem[];
}

export interface TunnelPreview {
  readonly tunnel: ObjectKey;
  readonly isNew: boolean;
  /** Nothing of it happens until it is resumed. */
  readonly isSuspended: boolean;
  /** Fields of the spec that change, without their values, which may be confidential. */
  readonly fields: readonly string[];
  readonly rules: readonly RuleChange[];
  readonly records: readonly RecordChange[];
  readonly replacesConnectors: boolean;
}

export interface PreviewProblem {
  /** The object, as in `Service shop/web`. */
  readonly object: string;
  readonly reason: string;
  readonly message: string;
}

export function previewOf(facts: PreviewFacts): Preview {
  const tunnels = facts.after.state.tunnels.toSorted((a, b) => compare(keyOf(a), keyOf(b)));
  return {
    tunnels: tunnels.map((tunnel) => previewTunnel(facts, tunnel)).filter(hasChange),
    problems: [...tunnelProblems(facts), ...sourceProblems(facts), ...openRoutes(facts)],
    warnings: warningsIn(facts),
  };
}

export function hasChanges({ tunnels }: Preview): boolean {
  return tunnels.length > 0;
}

function previewTunnel({ before, after, records }: PreviewFacts, tunnel: Tunnel): TunnelPreview {
  const key = keyOf(tunnel);
  const previous = before.state.tunnels.find((one) => keyOf(one) === key);
  const was = before.rules.get(key) ?? [];
  const routes = after.rules.get(key) ?? [];
  return {
    tunnel: key,
    isNew: previous === undefined,
    isSuspended: tunnel.spec.suspend === true,
    fields: previous === undefined ? [] : changedFields(previous.spec, tunnel.spec),
    rules: ruleChanges(was, routes),
    records: records.get(key)?.changes ?? [],
    replacesConnectors: previous !== undefined && !haveSamePods({ tunnel: previous, routes: was }, { tunnel, routes }),
  };
}

function hasChange({ isNew, fields, rules, records }: TunnelPreview): boolean {
  return isNew || fields.length > 0 || rules.length > 0 || records.length > 0;
}

/** Paths of the values that differ. */
function changedFields(before: unknown, after: unknown, path = ''): readonly string[] {
  if (sameJson(before, after)) return [];
  const [was, is] = [mapOf(before), mapOf(after)];
  if (was === undefined || is === undefined) return [path];
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].toSorted(compare);
  return keys.flatMap((key) => changedFields(was[key], is[key], path === '' ? key : `${path}.${key}`));
}

/** A map that is absent has no entries. */
function mapOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (value === undefined) return {};
  return isRecord(value) ? value : undefined;
}

function tunnelProblems({ after, isInFiles }: PreviewFacts): readonly PreviewProblem[] {
  return after.state.tunnels.flatMap((tunnel) => {
    const message = specProblem(tunnel.spec);
    const object = titleOf(`Tunnel/${keyOf(tunnel)}`);
    return message === undefined || !isInFiles(object) ? [] : [{ object, reason: 'InvalidSpec', message }];
  });
}

/** Problems of objects in the files, and those that the files cause elsewhere. What is only waited for is none. */
function sourceProblems({ before, after, records, isInFiles }: PreviewFacts): readonly PreviewProblem[] {
  return [...after.table.results.values()]
    .toSorted((a, b) => compare(a.source, b.source))
    .flatMap(({ source, tunnel, routes }) => {
      const names = [...new Set(routes.map(({ hostname }) => hostname))];
      const refused = names.flatMap((name) => records.get(tunnel ?? '')?.problems.get(name) ?? []);
      const known = isInFiles(titleOf(source)) ? [] : (before.problems.get(source) ?? []);
      return [...(after.problems.get(source) ?? []), ...(isInFiles(titleOf(source)) ? refused : [])]
        .filter(({ reason }) => reason !== 'Progressing')
        .filter((problem) => !known.some((other) => sameJson(problem, other)))
        .map((problem) => about(source, problem));
    });
}

/** Routes in the files that everybody could enter. */
function openRoutes({ after, isInFiles, isAccessRequired = false }: PreviewFacts): readonly PreviewProblem[] {
  if (!isAccessRequired) return [];
  return [...after.rules.values()].flatMap((routes) => {
    const { domains } = guardRoutes(routes);
    const open = routes.filter((route) => hasRule(route) && !domains.has(route) && isInFiles(titleOf(route.source)));
    return open.map((route) => about(route.source, openRoute(route)));
  });
}

function openRoute(route: Route): Problem {
  const message = `${claimOf(route)} has no Access, which --require-access demands. Name AccessPolicies in ${ACCESS.key}`;
  return { reason: 'AccessRequired', message };
}

function warningsIn({ after, records, isInFiles }: PreviewFacts): readonly PreviewProblem[] {
  return [...after.table.results.values()]
    .filter(({ source }) => isInFiles(titleOf(source)))
    .toSorted((a, b) => compare(a.source, b.source))
    .flatMap(({ source, tunnel, routes, warnings }) => {
      const names = [...new Set(routes.map(({ hostname }) => hostname))];
      const ofRecords = names.flatMap((name) => records.get(tunnel ?? '')?.warnings.get(name) ?? []);
      return [...warnings, ...ofRecords].map((warning) => about(source, warning));
    });
}

function about(source: SourceKey, { reason, message }: Problem | Warning): PreviewProblem {
  return { object: titleOf(source), reason, message };
}

/** The name of an object in messages. */
export function titleOfObject(object: KubeObject): string {
  return `${object.kind} ${keyOf(object)}`;
}
