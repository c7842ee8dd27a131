import type { KubeApi, KubeObject, ResourceRef, WatchEventType } from '../../api.ts';

type Listener = (resource: ResourceRef, type: WatchEventType, object: KubeObject) => void;

/** Watches one version of every served resource. New resources are noticed after a delay. */
export class ServedResources {
  readonly #api: KubeApi;
  readonly #listener: Listener;
  readonly #watched = new Map<string, { readonly resource: ResourceRef; readonly unwatch: () => void }>();
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(api: KubeApi, resyncMs: number, listener: Listener) {
    this.#api = api;
    this.#listener = listener;
    this.#unsubscribe = api.onResources((resources) => {
      if (this.#watched.size === 0) this.#follow(resources);
      else this.#followAfter(resyncMs, resources);
    });
  }

  /** The watched resources. */
  known(): ResourceRef[] {
    return Array.from(this.#watched.values(), ({ resource }) => resource);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#unsubscribe();
    for (const { unwatch } of this.#watched.values()) unwatch();
  }

  #followAfter(delayMs: number, resources: readonly ResourceRef[]): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#follow(resources), delayMs);
  }

  #follow(resources: readonly ResourceRef[]): void {
    const served = new Map(resources.filter(isCollectable).map((resource) => [nameOf(resource), resource]));
    for (const [name, { unwatch }] of this.#watched) {
      if (served.has(name)) continue;
      unwatch();
      this.#watched.delete(name);
    }
    for (const [name, resource] of served) if (!this.#watched.has(name)) this.#watch(name, resource);
  }

  #watch(name: string, resource: ResourceRef): void {
    const unwatch = this.#api.watch(resource, (type, object) => this.#listener(resource, type, object));
    this.#watched.set(name, { resource, unwatch });
  }
}

/** Events neither own objects nor have owners. The real collector ignores them too. */
function isCollectable({ plural }: ResourceRef): boolean {
  return plural !== 'events';
}

function nameOf({ group, plural }: ResourceRef): string {
  return `${plural}.${group}`;
}
