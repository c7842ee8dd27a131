import type { Resource } from './resource.ts';

/** Called after every change of the served resources. */
export type CatalogListener = (resources: readonly Resource[]) => void;

/** The served resources: built-in ones first, then custom ones in the order of the names of their definitions. */
export class Catalog {
  readonly #builtIn: readonly Resource[];
  readonly #custom = new Map<string, readonly Resource[]>();
  readonly #listeners = new Set<CatalogListener>();
  #all: readonly Resource[];
  #index: ReadonlyMap<string, Resource>;

  constructor(builtIn: readonly Resource[]) {
    this.#builtIn = builtIn;
    this.#all = builtIn;
    this.#index = indexOf(builtIn);
  }

  all(): readonly Resource[] {
    return this.#all;
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    return this.#index.get(indexKey({ group, version, plural }));
  }

  /** All resources of a group version, or none if it is not served. */
  inGroupVersion(group: string, version: string): readonly Resource[] {
    return this.#all.filter((resource) => resource.group === group && resource.version === version);
  }

  /** Group names except the core group, in serving order. */
  groups(): readonly string[] {
    return [...new Set(this.#all.map((resource) => resource.group))].filter((group) => group !== '');
  }

  /** Versions of a group, the preferred one first. */
  versionsOf(group: string): readonly string[] {
    const members = this.#all.filter((resource) => resource.group === group);
    return [...new Set(members.map((resource) => resource.version))].toSorted(byVersionPriority);
  }

  /** Replaces the resources of a CustomResourceDefinition. An empty list removes them. */
  setCustom(definition: string, resources: readonly Resource[]): void {
    if (resources.length === 0) this.#custom.delete(definition);
    else this.#custom.set(definition, resources);
    const names = [...this.#custom.keys()].toSorted();
    this.#all = [...this.#builtIn, ...names.flatMap((name) => this.#custom.get(name) ?? [])];
    this.#index = indexOf(this.#all);
    for (const listener of this.#listeners) listener(this.#all);
  }

  /** Calls the listener after every later change. Returns a function that ends the subscription. */
  onChange(listener: CatalogListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function indexKey({ group, version, plural }: Pick<Resource, 'group' | 'version' | 'plural'>): string {
  return `${group}/${version}/${plural}`;
}

function indexOf(resources: readonly Resource[]): ReadonlyMap<string, Resource> {
  return new Map(resources.map((resource) => [indexKey(resource), resource]));
}

const VERSION = /^v(\d+)(?:(alpha|beta)(\d+))?$/;
const STAGES = ['alpha', 'beta', ''];

/** The order of versions in Kubernetes: v2, v1, v1beta2, v1beta1, v1alpha1, then all others by name. */
export function byVersionPriority(a: string, b: string): number {
  const [left, right] = [VERSION.exec(a), VERSION.exec(b)];
  if (left === null || right === null) return Number(left === null) - Number(right === null) || a.localeCompare(b);
  const stage = STAGES.indexOf(right[2] ?? '') - STAGES.indexOf(left[2] ?? '');
  return stage || Number(right[1]) - Number(left[1]) || Number(right[3] ?? 0) - Number(left[3] ?? 0);
}
