import type { Attributes } from './attributes.ts';
import { type PolicyRule, ruleAllows } from './policy-rule.ts';

/** What of the wanted rules is not held: rules of one verb each, on one resource, name or path. */
export function missingRights(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  const rights = wanted.flatMap(rightsIn);
  return rights.filter(({ attributes }) => !held.some((rule) => ruleAllows(rule, attributes))).map(({ rule }) => rule);
}

/** One thing that a rule allows, as the smallest rule and as a request: a wildcard is held by a wildcard alone. */
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

/** Rights as the server lists them: a line for each, those that differ only by their verb on one, in alphabetic order. */
export function describeRights(rights: readonly PolicyRule[]): string {
  const byTarget = Map.groupBy(rights, ({ verbs: _verbs, ...target }) => parts(target).join(', '));
  const lines = [...byTarget].flatMap(([target, group]) =>
    isJoined(group) ? [lineOf(target, verbsOf(group))] : group.map(({ verbs }) => lineOf(target, verbs)),
  );
  return lines.toSorted().join('\n');
}

/** Rights on single names and on paths are never put on one line. */
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

/** A list of texts as Go prints it. */
export function listOf(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`;
}
