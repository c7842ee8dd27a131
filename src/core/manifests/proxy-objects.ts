/** The objects of the proxy: its configuration, and the certificate of its port for HTTP/2. */
import { PROXY_CONFIG_ANNOTATION } from '../../api/names.ts';
import type { ConfigMap, KubeObject, Secret, Tunnel } from '../../api/objects.ts';
import { ownedMetadata, ownedNames } from '../owned.ts';

/** The last good configuration. A pod starts from it, whether the operator runs or not. */
export function proxyConfigMapFor(tunnel: Tunnel, files: Readonly<Record<string, string>>, hash: string): ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: ownedMetadata(tunnel, ownedNames(tunnel).proxy, { [PROXY_CONFIG_ANNOTATION]: hash }),
    data: files,
  };
}

/** A certificate and its key in PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/**
 * cloudflared speaks HTTP/2 only over TLS, also within its own pod. The certificate protects nothing: nobody
 * outside of the pod reaches the port, and cloudflared does not verify it.
 */
export function proxySecretFor(tunnel: Tunnel, { certificate, key }: KeyPair): Secret & { readonly type: string } {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: ownedMetadata(tunnel, ownedNames(tunnel).proxy),
    type: 'kubernetes.io/tls',
    data: { [CERTIFICATE]: btoa(certificate), [KEY]: btoa(key) },
  };
}

/** The object without its content, to look it up. */
export function proxyObject(tunnel: Tunnel, kind: 'ConfigMap' | 'Secret'): KubeObject {
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name: ownedNames(tunnel).proxy, namespace: tunnel.metadata.namespace ?? '' },
  };
}

/** Whether the content of an object proves that it belongs to the proxy. */
export function holdsProxyFiles(object: ConfigMap | Secret): boolean {
  const wanted = object.kind === 'Secret' ? [CERTIFICATE, KEY] : ['bootstrap.json'];
  return wanted.every((key) => object.data?.[key] !== undefined);
}

const CERTIFICATE = 'tls.crt';
const KEY = 'tls.key';
