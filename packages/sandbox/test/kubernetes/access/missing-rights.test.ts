import { describe, expect, it } from '@jest/globals';
import { describeRights, missingRights } from '../../../src/kubernetes/access/missing-rights.ts';
import { EVERYTHING, type PolicyRule } from '../../../src/kubernetes/access/policy-rule.ts';

const on = (resources: readonly string[], verbs: readonly string[], more: Partial<PolicyRule> = {}): PolicyRule => ({
  verbs,
  apiGroups: [''],
  resources,
  ...more,
});

describe('permissions that are held', () => {
  it.each<{ case: string; held: readonly PolicyRule[]; wanted: PolicyRule }>([
    { case: 'literally', held: [on(['pods'], ['get'])], wanted: on(['pods'], ['get']) },
    {
      case: 'in two rules',
      held: [on(['pods'], ['get']), on(['pods'], ['list'])],
      wanted: on(['pods'], ['list', 'get']),
    },
    { case: 'by a wildcard verb', held: [on(['pods'], ['*'])], wanted: on(['pods'], ['get', '*']) },
    { case: 'by a wildcard resource', held: [on(['*'], ['get'])], wanted: on(['pods/log', '*'], ['get']) },
    { case: 'on a subresource of any resource', held: [on(['*/scale'], ['get'])], wanted: on(['pods/scale'], ['get']) },
    {
      case: 'without a resource name',
      held: [on(['pods'], ['get'])],
      wanted: on(['pods'], ['get'], { resourceNames: ['p'] }),
    },
    {
      case: 'on paths below a path',
      held: [{ verbs: ['get'], nonResourceURLs: ['/apis/*'] }],
      wanted: { verbs: ['get'], nonResourceURLs: ['/apis/apps', '/apis/*'] },
    },
    { case: 'by an administrator', held: EVERYTHING, wanted: { ...on(['*'], ['*']), apiGroups: ['*'] } },
  ])('can be granted: $case', ({ held, wanted }) => {
    expect(missingRights(held, [wanted])).toEqual([]);
  });
});

describe('permissions that are not held', () => {
  it.each<{ case: string; held: readonly PolicyRule[]; wanted: PolicyRule; line: string }>([
    {
      case: 'of several verbs, on one line',
      held: [on(['pods'], ['get'])],
      wanted: on(['pods'], ['get', 'watch', 'list']),
      line: '{APIGroups:[""], Resources:["pods"], Verbs:["watch" "list"]}',
    },
    {
      case: 'by a wildcard that is not held',
      held: [on(['pods', 'secrets'], ['get'])],
      wanted: on(['*'], ['get']),
      line: '{APIGroups:[""], Resources:["*"], Verbs:["get"]}',
    },
    {
      case: 'on a subresource of a held resource',
      held: [on(['pods'], ['get'])],
      wanted: on(['pods/log'], ['get']),
      line: '{APIGroups:[""], Resources:["pods/log"], Verbs:["get"]}',
    },
    {
      case: 'on all names if one is held',
      held: [on(['pods'], ['get'], { resourceNames: ['p'] })],
      wanted: on(['pods'], ['get']),
      line: '{APIGroups:[""], Resources:["pods"], Verbs:["get"]}',
    },
    {
      case: 'on names, with a line per verb',
      held: [],
      wanted: on(['pods'], ['get', 'list'], { resourceNames: ['p'] }),
      line: [
        '{APIGroups:[""], Resources:["pods"], ResourceNames:["p"], Verbs:["get"]}',
        '{APIGroups:[""], Resources:["pods"], ResourceNames:["p"], Verbs:["list"]}',
      ].join('\n'),
    },
    {
      case: 'on paths, in alphabetical order',
      held: [],
      wanted: { verbs: ['get'], nonResourceURLs: ['/z', '/a'] },
      line: '{NonResourceURLs:["/a"], Verbs:["get"]}\n{NonResourceURLs:["/z"], Verbs:["get"]}',
    },
  ])('are listed: $case', ({ held, wanted, line }) => {
    expect(describeRights(missingRights(held, [wanted]))).toBe(line);
  });
});
