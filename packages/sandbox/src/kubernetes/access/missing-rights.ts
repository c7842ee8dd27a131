import type { Attributes } from './attributes.ts';
import { type PolicyRule, ruleAllows } from './policy-rule.ts';

/** The wanted rules that are not held, each reduced to one verb and one resource, name or path. */
export function missingRights(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  const rights = wanted.flatMap(rightsIn);
  return rights.filter(({ attributes }) => !held.some((rule) => ruleAllows(rule, attributes))).map(({ rule }) => rule);
}

/** The smallest part of a rule, as a rule and as a request. Only a wildcard covers a wildcard. */
interface Right {
  readonly rule: PolicyRule;
  readonly attributes: Attributes;
}

function rightsIn(rule: PolicyRule): readonly Right[] {
  const { verbs, nonResourceURLs = [] } = rule;
  const paths = nonResourceURLs.flatMap((path) =>
    verbs.map((verb) => ({ rule: { verbs: [verb], nonResourceURLs: [path] }, attributes: { verb, path } })),
  );
  return [...resourceRightsIn(rule), ...paths];
}

function resourceRightsIn({ verbs, apiGroups = [], resources = [], resourceNames = [] }: PolicyRule): readonly Right[] {
  const names = resourceNames.length === 0 ? [''] : resourceNames;
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) => names.map((name) => resourceRight(verb, group, resource, name))),
    ),
  );
}

function resourceRight(verb: string, group: string, path: string, name: string): Right {
  const [resource = '', ...rest] = path.split('/');
  return {
    rule: { verbs: [verb], apiGroups: [group], resources: [path], ...(name === '' ? {} : { resourceNames: [name] }) },
    attributes: { verb, group, resource, subresource: rest.join('/'), namespace: '', name },
  };
}

/**
 * Rights in the server's format: one per line, in alphabetical order. Rights that differ only in the verb share a line.
 */
export function describeRights(rights: readonly PolicyRule[]): string {
  const byTarget = Map.groupBy(rights, ({ verbs: _verbs, ...target }) => parts(target).join(', '));
  const lines = [...byTarget].flatMap(([target, group]) =>
    isJoined(group) ? [lineOf(target, verbsOf(group))] : group.map(({ verbs }) => lineOf(target, verbs)),
  );
  return lines.toSorted().join('\n');
}

/** Rights on single names and on paths never share a line. */
function isJoined([first]: readonly PolicyRule[]): boolean {
  return first?.resourceNames === undefined && first?.nonResourceURLs === undefined;
}

function verbsOf(rights: readonly PolicyRule[]): readonly string[] {
  return rights.flatMap(({ verbs }) => verbs);
}

function lineOf(target: string, verbs: readonly string[]): string {
  return `{${target}, Verbs:${listOf(verbs)}}`;
}

function parts({ apiGroups, resources, nonResourceURLs, resourceNames }: Omit<PolicyRule, 'verbs'>): readonly string[] {
  const named = {
    APIGroups: apiGroups,
    Resources: resources,
    NonResourceURLs: nonResourceURLs,
    ResourceNames: resourceNames,
  };
  return Object.entries(named).flatMap(([name, values]) => (values === undefined ? [] : [`${name}:${listOf(values)}`]));
}

/** A list of strings in Go's format. */
export function listOf(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`;
}
