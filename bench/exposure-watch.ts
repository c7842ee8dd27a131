import type { KubeApi, KubeObject, ResourceRef } from 'cftunnel-sandbox/kubernetes/api';
import type { Exposure } from './hostnames.ts';

/** Watches what Services and Ingresses say in their status, because polling 10,000 of them would need lists. */
export class ExposureWatch {
  /** The URL of each object that is exposed, empty for others. */
  readonly #messages = new Map<string, string>();
  readonly stop: () => void;

  constructor(api: KubeApi, sources: ResourceRef) {
    this.stop = api.watch(sources, (type, source) => {
      if (type === 'DELETED') this.#messages.delete(source.metadata.name);
      else this.#messages.set(source.metadata.name, source.kind === 'Ingress' ? urlOf(source) : exposedMessage(source));
    });
  }

  /** Whether exactly these objects exist, and each reports exactly its hostname. */
  isAs(wanted: readonly Exposure[], placeOf: (exposure: Exposure) => string): boolean {
    if (this.#messages.size !== wanted.length) return false;
    return wanted.every((exposure) => this.#messages.get(exposure.service) === placeOf(exposure));
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

interface IngressLike {
  readonly spec?: { readonly rules?: readonly { readonly host?: string }[] };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly unknown[] } };
}

/** An Ingress says only that it is published. Whether its records are right is checked after each phase. */
function urlOf(ingress: KubeObject): string {
  const { spec, status } = ingress as IngressLike;
  const isPublished = (status?.loadBalancer?.ingress ?? []).length > 0;
  return isPublished ? `https://${spec?.rules?.[0]?.host}` : '';
}
