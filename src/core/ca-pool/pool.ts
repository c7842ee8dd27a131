/** Reads the certificates to which a route refers. */
import type { ConfigMap, ObjectKey, Secret } from '../../api/objects.ts';
import { decodeBase64 } from '../base64.ts';
import { splitKey } from '../keys.ts';
import type { CaPoolReference } from '../model/ca-pool-reference.ts';
import { parseCertificates } from './certificates.ts';

/** A reference with its namespace: `namespace/name` or `namespace/name/key`. */
export type CaPoolKey = string;

/** The result of reading a reference. */
export type CaPool =
  | { readonly pem: string; readonly fingerprint: string }
  /** Shown to the author of the reference. */
  | { readonly problem: string };

/** Functions on certificates that need a package, provided by an adapter. */
export interface CertificateTools {
  readonly isCertificate: (pem: string) => boolean;
  readonly fingerprint: (text: string) => string;
}

/** The default key, which cert-manager, trust-manager and Kubernetes itself use. */
const DEFAULT_KEY = 'ca.crt';

export function caPoolKey(namespace: string, { name, key }: CaPoolReference): CaPoolKey {
  return key === undefined ? `${namespace}/${name}` : `${namespace}/${name}/${key}`;
}

/** Splits a reference into the object and the key in it. */
export function splitCaPoolKey(reference: CaPoolKey): { readonly object: ObjectKey; readonly key: string | undefined } {
  const [namespace, name, key] = reference.split('/');
  return { object: `${namespace}/${name}`, key };
}

/** Reads a reference. A ConfigMap takes precedence over a Secret of the same name, because certificates are public. */
export function readCaPool(
  reference: CaPoolKey,
  { configMap, secret }: { readonly configMap: ConfigMap | undefined; readonly secret: Secret | undefined },
  tools: CertificateTools,
): CaPool {
  const { object, key } = splitCaPoolKey(reference);
  if (configMap !== undefined)
    return readKey({ name: `ConfigMap ${object}`, data: configMap.data ?? {}, decode: (text) => text }, key, tools);
  if (secret !== undefined)
    return readKey({ name: `Secret ${object}`, data: secret.data ?? {}, decode: decodeBase64 }, key, tools);
  const { namespace, name } = splitKey(object);
  return {
    problem: `namespace ${namespace} has neither a ConfigMap nor a Secret named "${name}". Create one with the certificates under the key ${key ?? DEFAULT_KEY}`,
  };
}

interface KeyedData {
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
  readonly decode: (value: string) => string;
}

/** Reveals nothing else about the object, because the author of the annotation may not be allowed to read the Secret. */
function readKey({ name, data, decode }: KeyedData, wanted: string | undefined, tools: CertificateTools): CaPool {
  const key = wanted ?? defaultKey(data);
  const value = Object.hasOwn(data, key) ? data[key] : undefined;
  if (value === undefined) return { problem: `${name} has no key ${key}. Add it, or specify another key as NAME/KEY` };
  const parsed = parseCertificates(decode(value), tools.isCertificate);
  if ('problem' in parsed) return { problem: `${name}, key ${key}, ${parsed.problem}` };
  return { pem: parsed.pem, fingerprint: tools.fingerprint(parsed.pem) };
}

/** The only key, or `ca.crt`. */
function defaultKey(data: KeyedData['data']): string {
  const [only, ...others] = Object.keys(data);
  return only === undefined || others.length > 0 ? DEFAULT_KEY : only;
}
