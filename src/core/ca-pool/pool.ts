/** Where the certificates that a route asks for come from, and what was found there. */
import type { ConfigMap, ObjectKey, Secret } from '../../api/objects.ts';
import { decodeBase64 } from '../base64.ts';
import { splitKey } from '../keys.ts';
import type { CaPoolReference } from '../model/route.ts';
import { parseCertificates } from './certificates.ts';

/** `namespace/name`, or `namespace/name/key`: a reference, seen from the whole cluster. */
export type CaPoolKey = string;

/** What the last look at a reference has shown. */
export type CaPool =
  | { readonly pem: string; readonly fingerprint: string }
  /** A sentence for the person who wrote the reference. */
  | { readonly problem: string };

/** How certificates are looked at and named; the code for it comes from outside. */
export interface CertificateTools {
  readonly isCertificate: (pem: string) => boolean;
  readonly fingerprint: (text: string) => string;
}

/** The key that a reference without one means: what cert-manager, trust-manager and Kubernetes itself write. */
const USUAL_KEY = 'ca.crt';

export function caPoolKey(namespace: string, { name, key }: CaPoolReference): CaPoolKey {
  return key === undefined ? `${namespace}/${name}` : `${namespace}/${name}/${key}`;
}

/** The object that a reference names, and the key in it. */
export function splitCaPoolKey(reference: CaPoolKey): { readonly object: ObjectKey; readonly key: string | undefined } {
  const [namespace, name, key] = reference.split('/');
  return { object: `${namespace}/${name}`, key };
}

/** What is found at a reference. A ConfigMap comes before a Secret of the same name: certificates are no secret. */
export function readCaPool(
  reference: CaPoolKey,
  { configMap, secret }: { readonly configMap: ConfigMap | undefined; readonly secret: Secret | undefined },
  tools: CertificateTools,
): CaPool {
  const { object, key } = splitCaPoolKey(reference);
  if (configMap !== undefined)
    return take({ name: `ConfigMap ${object}`, data: configMap.data ?? {}, decode: (text) => text }, key, tools);
  if (secret !== undefined)
    return take({ name: `Secret ${object}`, data: secret.data ?? {}, decode: decodeBase64 }, key, tools);
  const { namespace, name } = splitKey(object);
  return {
    problem: `namespace ${namespace} has neither a ConfigMap nor a Secret "${name}". Create one with the certificates under the key ${key ?? USUAL_KEY}`,
  };
}

interface Holder {
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
  readonly decode: (value: string) => string;
}

/** Says nothing of what else is there: who may annotate a Service may not be allowed to look into a Secret. */
function take({ name, data, decode }: Holder, wanted: string | undefined, tools: CertificateTools): CaPool {
  const key = wanted ?? usualKey(data);
  const value = Object.hasOwn(data, key) ? data[key] : undefined;
  if (value === undefined) return { problem: `${name} has no key ${key}. Add it, or name another one as NAME/KEY` };
  const parsed = parseCertificates(decode(value), tools.isCertificate);
  if ('problem' in parsed) return { problem: `${name}, key ${key}, ${parsed.problem}` };
  return { pem: parsed.pem, fingerprint: tools.fingerprint(parsed.pem) };
}

/** `ca.crt`, or the only key there is. */
function usualKey(data: Holder['data']): string {
  const [only, ...others] = Object.keys(data);
  return only === undefined || others.length > 0 ? USUAL_KEY : only;
}
