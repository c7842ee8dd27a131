import { type Attributes, isOnResource, type PathAttributes, type ResourceAttributes } from './attributes.ts';

/** One entry of `rules` of a Role or ClusterRole. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  /** Absent or empty: all names. */
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** The permissions of an administrator. */
export const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/** Whether the rule covers the request. */
export function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!includesOrAll(rule.verbs, attributes.verb)) return false;
  return isOnResource(attributes) ? coversResource(rule, attributes) : coversPath(rule, attributes);
}

function coversResource(rule: PolicyRule, { group, resource, subresource, name }: ResourceAttributes): boolean {
  const { apiGroups = [], resources = [], resourceNames = [] } = rule;
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  return (
    includesOrAll(apiGroups, group) &&
    (includesOrAll(resources, combined) || (subresource !== '' && resources.includes(`*/${subresource}`))) &&
    (resourceNames.length === 0 || resourceNames.includes(name))
  );
}

function coversPath({ nonResourceURLs = [] }: PolicyRule, { path }: PathAttributes): boolean {
  return nonResourceURLs.some((url) => url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))));
}

function includesOrAll(list: readonly string[], item: string): boolean {
  return list.includes(item) || list.includes('*');
}
