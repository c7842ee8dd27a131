import type { KubeObject } from '../api.ts';
import { arrayOrEmpty, isObject, objectOrEmpty, setDefault } from '../json.ts';
import { serviceName } from '../registry/names.ts';
import type { Resource } from '../registry/resource.ts';
import { coreV1Service } from '../schema/built-in.gen.ts';
import { serviceColumns } from '../table/network-columns.ts';
import { defineKind } from './define-kind.ts';
import { ServiceAddresses } from './service-addresses.ts';
import { validateService } from './service-validation.ts';

/** `v1 Service`, with cluster IPs and node ports from its own ranges. */
export function serviceKind(): Resource {
  const addresses = new ServiceAddresses();
  return defineKind({
    plural: 'services',
    kind: 'Service',
    shortNames: ['svc'],
    categories: ['all'],
    hasStatus: true,
    initialStatus: { loadBalancer: {} },
    deleteAnswer: 'object',
    nameRule: serviceName,
    schema: coreV1Service,
    columns: serviceColumns,
    selectableFields: ['spec.clusterIP', 'spec.type'],
    defaults: defaultService,
    prepare: (service, old) => addresses.allocate(service, old),
    validate: validateService,
  });
}

function defaultService(service: KubeObject): void {
  setDefault(service, 'spec', {});
  const spec = objectOrEmpty(service['spec']);
  setDefault(spec, 'type', 'ClusterIP');
  setDefault(spec, 'sessionAffinity', 'None');
  for (const port of arrayOrEmpty(spec['ports']).filter(isObject)) {
    setDefault(port, 'protocol', 'TCP');
    if (port['targetPort'] === 0 || port['targetPort'] === '') delete port['targetPort'];
    setDefault(port, 'targetPort', port['port']);
  }
  if (spec['sessionAffinity'] === 'ClientIP') {
    setDefault(spec, 'sessionAffinityConfig', { clientIP: { timeoutSeconds: 10800 } });
  }
  defaultTrafficPolicies(spec);
}

function defaultTrafficPolicies(spec: Record<string, unknown>): void {
  const { type } = spec;
  if (type !== 'ExternalName') setDefault(spec, 'internalTrafficPolicy', 'Cluster');
  if (type === 'NodePort' || type === 'LoadBalancer') setDefault(spec, 'externalTrafficPolicy', 'Cluster');
  if (type === 'LoadBalancer') setDefault(spec, 'allocateLoadBalancerNodePorts', true);
}
