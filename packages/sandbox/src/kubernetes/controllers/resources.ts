import type { ResourceRef } from '../api.ts';

export const NAMESPACES: ResourceRef = { group: '', version: 'v1', plural: 'namespaces' };
export const NAMESPACES_FINALIZE: ResourceRef = { group: '', version: 'v1', plural: 'namespaces/finalize' };
export const SERVICE_ACCOUNTS: ResourceRef = { group: '', version: 'v1', plural: 'serviceaccounts' };
export const CONFIG_MAPS: ResourceRef = { group: '', version: 'v1', plural: 'configmaps' };
export const SECRETS: ResourceRef = { group: '', version: 'v1', plural: 'secrets' };
export const SERVICES: ResourceRef = { group: '', version: 'v1', plural: 'services' };
export const PODS: ResourceRef = { group: '', version: 'v1', plural: 'pods' };
export const EVENTS: ResourceRef = { group: '', version: 'v1', plural: 'events' };
export const DEPLOYMENTS: ResourceRef = { group: 'apps', version: 'v1', plural: 'deployments' };
export const REPLICA_SETS: ResourceRef = { group: 'apps', version: 'v1', plural: 'replicasets' };
export const JOBS: ResourceRef = { group: 'batch', version: 'v1', plural: 'jobs' };
export const ENDPOINT_SLICES: ResourceRef = { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices' };
export const POD_DISRUPTION_BUDGETS: ResourceRef = { group: 'policy', version: 'v1', plural: 'poddisruptionbudgets' };
