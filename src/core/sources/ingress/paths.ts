/** Lists what an Ingress asks for: one entry for each path of each rule, and for what its default backend serves. */
import type { Ingress, IngressBackend, IngressPath, IngressRule } from '../../../api/objects.ts';
import type { PathMatch, Problem } from '../../model/route.ts';
import { quoted } from '../../quote.ts';
import { literalProblem } from '../literal-path.ts';

/** A path of a host, with the backend that it leads to. */
export interface RequestedPath {
  /** Absent: the Ingress names no host. */
  readonly host?: string;
  /** Absent: every path. */
  readonly path?: PathMatch;
  readonly backend: IngressBackend;
  /** The field that names the backend, for messages. */
  readonly place: string;
  readonly problems: readonly Problem[];
}

export function requestedPaths({ spec: { rules = [], defaultBackend } }: Ingress): readonly RequestedPath[] {
  if (rules.length === 0) return defaultBackend === undefined ? [] : [rest({}, defaultBackend)];
  return rules.flatMap((rule, index) => {
    const listed = (rule.http?.paths ?? []).map((path, at) =>
      requested(rule, path, `spec.rules[${index}].http.paths[${at}]`),
    );
    const isWhole = rules.some((other) => other.host === rule.host && servesAll(other));
    const isFirst = rules.findIndex((other) => other.host === rule.host) === index;
    return defaultBackend === undefined || isWhole || !isFirst ? listed : [...listed, rest(rule, defaultBackend)];
  });
}

/** What the paths of a host leave over. */
function rest({ host }: IngressRule, backend: IngressBackend): RequestedPath {
  return { ...hostOf({ host }), backend, place: 'spec.defaultBackend', problems: [] };
}

function requested({ host }: IngressRule, { path = '', pathType, backend }: IngressPath, place: string): RequestedPath {
  const common = { ...hostOf({ host }), backend, place: `${place}.backend` };
  const why = path === '' ? undefined : literalProblem(path);
  if (why !== undefined) return { ...common, problems: [invalidSpec(`${place}.path`, `${quoted(path)} ${why}`)] };
  const match = matchOf(path, pathType);
  return { ...common, ...(match === undefined ? {} : { path: match }), problems: [] };
}

/** `ImplementationSpecific` is `Prefix`. */
function matchOf(path: string, pathType: string): PathMatch | undefined {
  if (pathType === 'Exact') return { type: 'Exact', value: path };
  const value = path.replace(/\/$/, '');
  return value === '' ? undefined : { type: 'Prefix', value };
}

function servesAll({ http }: IngressRule): boolean {
  return http?.paths.some(({ path = '', pathType }) => matchOf(path, pathType) === undefined) ?? false;
}

function hostOf({ host }: { readonly host?: string | undefined }): { readonly host?: string } {
  return host === undefined || host === '' ? {} : { host };
}

export function invalidSpec(field: string, why: string): Problem {
  return { reason: 'InvalidSpec', message: `${field}: ${why}` };
}
