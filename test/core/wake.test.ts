import { describe, expect, it } from '@jest/globals';
import { concernsUs, isSameRequest } from '../../src/core/wake.ts';
import { aService, aTunnel } from '../support/builders.ts';

describe('isSameRequest', () => {
  const before = aTunnel('web/home', { generation: 3, annotations: { note: 'a' } });

  it.each([
    { case: 'a status', after: { ...before, status: { tunnelId: 'new' } } },
    { case: 'a resource version', after: { ...before, metadata: { ...before.metadata, resourceVersion: '9' } } },
  ])('ignores $case', ({ after }) => {
    expect(isSameRequest(before, after)).toBe(true);
  });

  it.each([
    { case: 'a new generation', after: aTunnel('web/home', { generation: 4, annotations: { note: 'a' } }) },
    { case: 'an annotation', after: aTunnel('web/home', { generation: 3, annotations: { note: 'b' } }) },
    { case: 'a finalizer', after: aTunnel('web/home', { generation: 3, annotations: { note: 'a' }, finalized: true }) },
    { case: 'a deletion', after: aTunnel('web/home', { generation: 3, annotations: { note: 'a' }, deleting: true }) },
    { case: 'a successor of the same name', after: { ...before, metadata: { ...before.metadata, uid: 'another' } } },
  ])('recognizes $case', ({ after }) => {
    expect(isSameRequest(before, after)).toBe(false);
  });

  it('recognizes the port of a Service, which has no generation', () => {
    const service = aService('shop/web', { hostname: 'app.example.com' });
    const moved = { ...service, spec: { ports: [{ name: 'http', port: 8081 }] } };
    const told = { ...service, status: { conditions: [] } };

    expect(isSameRequest(service, moved)).toBe(false);
    expect(isSameRequest(service, told)).toBe(true);
  });

  it('is false for a new object', () => {
    expect(isSameRequest(undefined, before)).toBe(false);
  });
});

describe('concernsUs', () => {
  it.each([
    { case: 'an annotation of ours', service: aService('shop/web', { hostname: 'app.example.com' }), ours: true },
    { case: 'a misspelt one', service: aService('shop/web', { annotations: { 'cftunnel.io/x': '' } }), ours: true },
    { case: 'our finalizer', service: aService('shop/web', { finalized: true }), ours: true },
    { case: 'our condition alone', service: withCondition('cftunnel.io/Exposed'), ours: true },
    { case: 'the condition of somebody else', service: withCondition('LoadBalancerPortsError'), ours: false },
    { case: "somebody else's", service: aService('shop/web', { annotations: { 'other.io/x': '' } }), ours: false },
    { case: 'nothing', service: undefined, ours: false },
  ])('$case: $ours', ({ service, ours }) => {
    expect(concernsUs(service)).toBe(ours);
  });
});

function withCondition(type: string) {
  const condition = {
    type,
    status: 'False',
    reason: 'InvalidAnnotation',
    message: '',
    lastTransitionTime: '',
  } as const;
  return { ...aService('shop/web'), status: { conditions: [condition] } };
}
