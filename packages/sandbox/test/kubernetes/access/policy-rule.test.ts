import { describe, expect, it } from '@jest/globals';
import { attributesOf } from '../../../src/kubernetes/access/attributes.ts';
import { type PolicyRule, ruleAllows } from '../../../src/kubernetes/access/policy-rule.ts';

const NONE = new URLSearchParams();

/** A request in the usual notation: `GET /api/v1/pods?watch=true`. */
function request(text: string) {
  const [method = '', target = ''] = text.split(' ');
  const [path = '', query = ''] = target.split('?');
  return attributesOf(method, path, new URLSearchParams(query));
}

describe('the attributes of a request', () => {
  it.each([
    ['GET /api/v1/pods', { verb: 'list', resource: 'pods', namespace: '' }],
    ['GET /api/v1/namespaces/a/pods?watch=true', { verb: 'watch', resource: 'pods', namespace: 'a' }],
    ['GET /api/v1/namespaces/a/pods/p', { verb: 'get', name: 'p' }],
    ['GET /api/v1/namespaces/a/pods/p/log', { verb: 'get', subresource: 'log' }],
    ['POST /apis/apps/v1/namespaces/a/deployments', { verb: 'create', group: 'apps', name: '' }],
    ['PUT /apis/apps/v1/namespaces/a/deployments/d/scale', { verb: 'update', subresource: 'scale' }],
    ['DELETE /api/v1/namespaces/a/pods', { verb: 'deletecollection' }],
    ['GET /api/v1/namespaces/a', { verb: 'get', resource: 'namespaces', name: 'a', namespace: 'a' }],
    ['GET /api/v1/secrets?fieldSelector=metadata.name%3Ds', { verb: 'list', name: 's' }],
    ['GET /apis/nobody.serves/v1/things', { verb: 'list', group: 'nobody.serves', resource: 'things' }],
    ['GET /apis/apps/v1', { verb: 'get', path: '/apis/apps/v1' }],
  ])('%s', (text, expected) => {
    expect(request(text)).toMatchObject(expected);
  });
});

describe('a rule', () => {
  const verbs = ['get'];
  const core = { verbs, apiGroups: [''] };
  const rules: Record<string, PolicyRule> = {
    pods: { ...core, resources: ['pods'] },
    logs: { ...core, resources: ['pods/log'] },
    anyStatus: { verbs, apiGroups: ['*'], resources: ['*/status'] },
    everything: { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    onePod: { ...core, resources: ['pods'], resourceNames: ['p'] },
    health: { verbs, nonResourceURLs: ['/healthz', '/apis/*'] },
  };

  it.each([
    ['pods', 'GET /api/v1/namespaces/a/pods/p', true],
    ['pods', 'GET /api/v1/namespaces/a/pods', false],
    ['pods', 'GET /api/v1/namespaces/a/pods/p/log', false],
    ['pods', 'GET /apis/other/v1/namespaces/a/pods/p', false],
    ['logs', 'GET /api/v1/namespaces/a/pods/p/log', true],
    ['logs', 'GET /api/v1/namespaces/a/pods/p', false],
    ['anyStatus', 'GET /apis/apps/v1/namespaces/a/deployments/d/status', true],
    ['anyStatus', 'GET /apis/apps/v1/namespaces/a/deployments/d/scale', false],
    ['everything', 'DELETE /api/v1/namespaces/a/pods/p', true],
    ['everything', 'GET /healthz', false],
    ['onePod', 'GET /api/v1/namespaces/a/pods/p', true],
    ['onePod', 'GET /api/v1/namespaces/a/pods/q', false],
    ['health', 'GET /healthz', true],
    ['health', 'GET /apis/apps', true],
    ['health', 'GET /apis', false],
    ['health', 'POST /healthz', false],
  ])('%s, for %s: %s', (name, text, isAllowed) => {
    expect(ruleAllows(rules[name] ?? { verbs: [] }, request(text))).toBe(isAllowed);
  });

  it('with names never covers a create, whose name is not known yet', () => {
    const rule = { verbs: ['create'], apiGroups: [''], resources: ['pods'], resourceNames: ['p'] };

    expect(ruleAllows(rule, attributesOf('POST', '/api/v1/namespaces/a/pods', NONE))).toBe(false);
  });
});
