import type { KubeApi, KubeObject, ResourceRef } from 'cftunnel-sandbox/kubernetes/api';
import type { Exposure } from './hostnames.ts';

/** Watches the conditions of Services, because polling 10,000 of them would need lists. */
export class ExposureWatch {
  /** Message of the Exposed condition of each Service, empty while it is not True. */
  readonly #messages = new Map<string, string>();
  readonly stop: () => void;

  constructor(api: KubeApi, services: ResourceRef) {
    this.stop = api.watch(services, (type, service) => {
      if (type === 'DELETED') this.#messages.delete(service.metadata.name);
      else this.#messages.set(service.metadata.name, exposedMessage(service));
    });
  }

  /** Whether exactly these Services exist, and each reports exactly its hostname. */
  isAs(wanted: readonly Exposure[]): boolean {
    if (this.#messages.size !== wanted.length) return false;
    return wanted.every(({ service, hostname }) => this.#messages.get(service) === `https://${hostname}`);
  }
}

interface WithConditions {
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[];
}

function exposedMessage({ status }: KubeObject): string {
  const { conditions = [] } = (status ?? {}) as WithConditions;
  const exposed = conditions.find(({ type }) => type === 'cftunnel.io/Exposed');
  return exposed?.status === 'True' ? exposed.message : '';
}
