/** The kinds that an API server has. */
import type { Client } from 'cftunnel-sandbox/testing/kubernetes-client';
import type { Resources } from './manifests-in-pages.ts';

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly singularName: string;
  readonly shortNames?: readonly string[];
  readonly namespaced: boolean;
}

/** Kinds that pages name and the sandbox does not have. */
const OTHER_KINDS = ['job', 'jobs', 'node', 'nodes', 'clusterrole', 'clusterrolebinding', 'all'];

export interface Discovery {
  readonly resources: Resources;
  /** Every name under which kubectl finds a kind. */
  readonly kinds: ReadonlySet<string>;
}

export async function readDiscovery(client: Client): Promise<Discovery> {
  const resources = new Map<string, string>();
  const kinds = new Set(OTHER_KINDS);
  for (const version of await versionsOf(client)) {
    const base = version === 'v1' ? '/api/v1' : `/apis/${version}`;
    for (const { name, kind, singularName, shortNames = [], namespaced } of await resourcesOf(client, base)) {
      resources.set(`${version} ${kind}`, `${base}/${namespaced ? 'namespaces/default/' : ''}${name}`);
      for (const word of [name, singularName, kind.toLowerCase(), ...shortNames]) kinds.add(word);
    }
  }
  return { resources, kinds };
}

async function versionsOf(client: Client): Promise<readonly string[]> {
  const { text } = await client.get('/apis');
  const { groups } = JSON.parse(text) as {
    readonly groups: readonly { readonly versions: readonly { readonly groupVersion: string }[] }[];
  };
  return ['v1', ...groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion))];
}

async function resourcesOf(client: Client, base: string): Promise<readonly Resource[]> {
  const { text } = await client.get(base);
  const { resources } = JSON.parse(text) as { readonly resources: readonly Resource[] };
  return resources.filter(({ name }) => !name.includes('/'));
}
