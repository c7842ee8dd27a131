import type { KubeApi, ResourceRef } from '../../src/kubernetes/api.ts';
import { PATIENCE_MS } from '../support/eventually.ts';

/**
 * Resolves when `assertion` passes. It is tried again after every event of the resource. Rejects with its last error.
 */
export async function eventually<T>(api: KubeApi, resource: ResourceRef, assertion: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    let complaint: unknown;
    const attempt = (): void => {
      try {
        const value = assertion();
        end();
        resolve(value);
      } catch (error) {
        complaint = error;
      }
    };
    const unwatch = api.watch(resource, attempt);
    const timer = setTimeout(() => {
      end();
      reject(complaint);
    }, PATIENCE_MS);
    const end = (): void => {
      unwatch();
      clearTimeout(timer);
    };
    attempt();
  });
}
