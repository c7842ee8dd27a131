import {
  anything,
  boolean,
  integer,
  intOrString,
  keyedList,
  listOf,
  mapOf,
  object,
  setOf,
  string,
  withDefault,
} from '../build.ts';
import type { Schema } from '../schema.ts';
import { conditions, kindSchema, labelSelector } from './metadata.ts';

const servicePort = object({
  name: string,
  protocol: withDefault(string, 'TCP'),
  appProtocol: string,
  port: integer,
  targetPort: intOrString,
  nodePort: integer,
});

/** `v1 Service`. */
export const serviceSchema: Schema = kindSchema({
  spec: object({
    type: string,
    selector: { ...mapOf(string), 'x-kubernetes-map-type': 'atomic' },
    ports: keyedList(['port', 'protocol'], servicePort),
    clusterIP: string,
    clusterIPs: listOf(string),
    ipFamilies: listOf(string),
    ipFamilyPolicy: string,
    externalIPs: listOf(string),
    externalName: string,
    externalTrafficPolicy: string,
    internalTrafficPolicy: string,
    trafficDistribution: string,
    healthCheckNodePort: integer,
    loadBalancerIP: string,
    loadBalancerClass: string,
    loadBalancerSourceRanges: listOf(string),
    allocateLoadBalancerNodePorts: boolean,
    publishNotReadyAddresses: boolean,
    sessionAffinity: string,
    sessionAffinityConfig: object({ clientIP: object({ timeoutSeconds: integer }) }),
  }),
  status: object({
    conditions,
    loadBalancer: object({
      ingress: listOf(object({ ip: string, hostname: string, ipMode: string, ports: listOf(anything) })),
    }),
  }),
});

const endpoint = object({
  addresses: setOf(string),
  conditions: object({ ready: boolean, serving: boolean, terminating: boolean }),
  deprecatedTopology: mapOf(string),
  hints: anything,
  hostname: string,
  nodeName: string,
  targetRef: object({
    apiVersion: string,
    kind: string,
    name: string,
    namespace: string,
    uid: string,
    resourceVersion: string,
    fieldPath: string,
  }),
  zone: string,
});

/** `discovery.k8s.io/v1 EndpointSlice`. */
export const endpointSliceSchema: Schema = {
  ...kindSchema({
    addressType: string,
    endpoints: listOf(endpoint),
    ports: listOf(object({ name: string, port: integer, protocol: string, appProtocol: string })),
  }),
  // These two are written even when they are empty.
  required: ['endpoints', 'ports'],
};

const policyPeer = object({
  ipBlock: object({ cidr: string, except: listOf(string) }),
  namespaceSelector: labelSelector,
  podSelector: labelSelector,
});
const policyPort = object({ port: intOrString, endPort: integer, protocol: string });

/** `networking.k8s.io/v1 NetworkPolicy`. */
export const networkPolicySchema: Schema = kindSchema({
  spec: object({
    podSelector: labelSelector,
    policyTypes: listOf(string),
    ingress: listOf(object({ from: listOf(policyPeer), ports: listOf(policyPort) })),
    egress: listOf(object({ to: listOf(policyPeer), ports: listOf(policyPort) })),
  }),
});
