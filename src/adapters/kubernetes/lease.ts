import type { KubeObject } from '../../api/objects.ts';
import type { LeaseLock, LeaseRecord } from '../../runtime/leader.ts';
import { ApiError } from './api-error.ts';
import { RESOURCES, collectionPath, objectPath } from './resource.ts';
import type { RestClient } from './rest-client.ts';

export interface LeaseName {
  readonly namespace: string;
  readonly name: string;
}

interface Lease extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
}

/** The Lease of a leader election. A write carries the resourceVersion that was read, so that one of two writers fails. */
export function createLeaseLock(rest: RestClient, { namespace, name }: LeaseName, timeoutMs: number): LeaseLock {
  const path = objectPath(RESOURCES.leases, namespace, name);
  return {
    async read() {
      try {
        return recordOf(await rest.json<Lease>('GET', path, { timeoutMs }));
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return undefined;
        throw error;
      }
    },
    async write(record) {
      const body = leaseFor(record, { namespace, name });
      const isNew = record.version === undefined;
      try {
        const url = isNew ? collectionPath(RESOURCES.leases, namespace) : path;
        return recordOf(await rest.json<Lease>(isNew ? 'POST' : 'PUT', url, { body, timeoutMs }));
      } catch (error) {
        if (error instanceof ApiError && error.code === 409) return undefined;
        throw error;
      }
    },
  };
}

function recordOf(lease: Lease): LeaseRecord {
  const { holderIdentity, renewTime, acquireTime, leaseTransitions, leaseDurationSeconds } = lease.spec ?? {};
  return {
    version: lease.metadata.resourceVersion,
    holder: holderIdentity ?? '',
    renewedAt: renewTime ?? '',
    acquiredAt: acquireTime ?? '',
    transitions: leaseTransitions ?? 0,
    durationSeconds: leaseDurationSeconds ?? 0,
  };
}

function leaseFor(record: LeaseRecord, { namespace, name }: LeaseName): unknown {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace, ...(record.version === undefined ? {} : { resourceVersion: record.version }) },
    spec: {
      ...(record.holder === '' ? {} : { holderIdentity: record.holder }),
      leaseDurationSeconds: record.durationSeconds,
      acquireTime: record.acquiredAt,
      renewTime: record.renewedAt,
      leaseTransitions: record.transitions,
    },
  };
}
