import type { KubeApi } from '../kubernetes/api.ts';
import { CONFIG_MAPS, SECRETS } from '../kubernetes/controllers/resources.ts';
import type { KeyReference, ObjectReference } from '../kubernetes/controllers/workloads.ts';
import { MissingReferenceError } from './missing-reference-error.ts';

/** The decoded entries of a Secret or ConfigMap. */
export type Entries = Readonly<Record<string, string>>;

/** Reads the Secrets and ConfigMaps of one namespace for containers. Throws `MissingReferenceError`. */
export class ConfigSource {
  readonly #api: KubeApi;
  readonly #namespace: string;

  constructor(api: KubeApi, namespace: string) {
    this.#api = api;
    this.#namespace = namespace;
  }

  secret({ name, optional = false }: ObjectReference): Entries {
    const secret = this.#api.get(SECRETS, this.#namespace, name);
    if (secret !== undefined) return decoded(secret['data']);
    if (optional) return {};
    throw new MissingReferenceError(`secret "${name}" not found`);
  }

  configMap({ name, optional = false }: ObjectReference): Entries {
    const configMap = this.#api.get(CONFIG_MAPS, this.#namespace, name);
    if (configMap !== undefined) return { ...plain(configMap['data']), ...decoded(configMap['binaryData']) };
    if (optional) return {};
    throw new MissingReferenceError(`configmap "${name}" not found`);
  }

  secretKey(reference: KeyReference): string | undefined {
    return this.#pick(this.secret(reference), reference, 'Secret');
  }

  configMapKey(reference: KeyReference): string | undefined {
    return this.#pick(this.configMap(reference), reference, 'ConfigMap');
  }

  #pick(entries: Entries, { name, key, optional = false }: KeyReference, kind: string): string | undefined {
    const value = entries[key];
    if (value !== undefined || optional) return value;
    throw new MissingReferenceError(`couldn't find key ${key} in ${kind} ${this.#namespace}/${name}`);
  }
}

function plain(data: unknown): Entries {
  return (data ?? {}) as Entries;
}

function decoded(data: unknown): Entries {
  const entries = Object.entries(plain(data));
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}
