import { expect, it } from '@jest/globals';
import { healthOf } from '../support/argocd-health.ts';
import { describeWith } from '../support/programs.ts';
import { service } from '../support/world-objects.ts';

const PENDING = { spec: { type: 'LoadBalancer' }, status: { loadBalancer: {} } };
const ADDRESSED = { spec: { type: 'LoadBalancer' }, status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } };
const asked = service('shop/web', { hostname: 'web.example.com' });
const exposed = (status: string, reason: string) => ({
  conditions: [
    { type: 'example.com/Other', status: 'False', reason: 'Other', message: 'not ours' },
    { type: 'cftunnel.io/Exposed', status, reason, message: `${reason} says` },
  ],
});
const fqdn = {
  ...asked,
  metadata: { ...asked.metadata, annotations: { 'cfargotunnel.com/fqdn': 'web.example.com' } },
};

describeWith('lua', 'the health of a Service', (lua) => {
  it.each([
    { name: 'no status at all', object: service('shop/web'), says: { status: 'Healthy' } },
    {
      name: 'a load balancer without an address',
      object: { ...service('shop/web'), ...PENDING },
      says: { status: 'Progressing' },
    },
    {
      name: 'a load balancer with an address',
      object: { ...service('shop/web'), ...ADDRESSED },
      says: { status: 'Healthy' },
    },
    {
      name: 'a condition that is not ours',
      object: { ...service('shop/web'), status: { conditions: exposed('', '').conditions.slice(0, 1) } },
      says: { status: 'Healthy' },
    },
    {
      name: 'an annotation that only tunes a route',
      object: service('shop/web', { 'origin-http2': 'true' }),
      says: { status: 'Healthy' },
    },
    {
      name: 'a request without an answer',
      object: asked,
      says: { status: 'Progressing', message: 'Waiting for the operator to see this Service' },
    },
    {
      name: 'a request for a name of the local network alone',
      object: service('shop/web', { 'lan-hostname': 'web.home.example.com' }),
      says: { status: 'Progressing', message: 'Waiting for the operator to see this Service' },
    },
    {
      name: 'a request in the annotation of another operator',
      object: fqdn,
      says: { status: 'Progressing', message: 'Waiting for the operator to see this Service' },
    },
    {
      name: 'exposed',
      object: { ...asked, status: exposed('True', 'Exposed') },
      says: { status: 'Healthy', message: 'Exposed says' },
    },
    {
      name: 'not exposed because of what it asks for',
      object: { ...asked, status: exposed('False', 'HostnameConflict') },
      says: { status: 'Degraded', message: 'HostnameConflict says' },
    },
    {
      name: 'not exposed because pods are missing',
      object: { ...asked, status: exposed('False', 'NoReadyEndpoints') },
      says: { status: 'Progressing', message: 'NoReadyEndpoints says' },
    },
    {
      name: 'not exposed yet',
      object: { ...asked, status: exposed('Unknown', 'Progressing') },
      says: { status: 'Progressing', message: 'Progressing says' },
    },
    {
      name: 'exposed, and a load balancer without an address',
      object: { ...asked, ...PENDING, status: { ...PENDING.status, ...exposed('True', 'Exposed') } },
      says: { status: 'Progressing' },
    },
    {
      name: 'refused, and a load balancer without an address',
      object: { ...asked, ...PENDING, status: { ...PENDING.status, ...exposed('False', 'NotAllowed') } },
      says: { status: 'Degraded', message: 'NotAllowed says' },
    },
    {
      name: 'exposed, and a load balancer with an address',
      object: { ...asked, ...ADDRESSED, status: { ...ADDRESSED.status, ...exposed('True', 'Exposed') } },
      says: { status: 'Healthy', message: 'Exposed says' },
    },
  ])('$name', ({ object, says }) => {
    expect(healthOf(lua, object)).toEqual(says);
  });
});
