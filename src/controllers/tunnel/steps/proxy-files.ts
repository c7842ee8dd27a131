/** The files of the proxy, with the pods and certificates of this moment. */
import type { ObjectKey } from '../../../api/objects.ts';
import { type CaFiles, type FindCertificates, caFileName } from '../../../core/ca-pool/files.ts';
import type { Route } from '../../../core/model/route.ts';
import { type Endpoint, compileProxy } from '../../../core/proxy/compile.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';

export interface ProxyFilesPort {
  /** Where the pods behind a port of a Service are reached; `undefined`: there is no such port. */
  readonly endpointsOf: (service: ObjectKey, port: number) => readonly Omit<Endpoint, 'id'>[] | undefined;
  readonly hash: (text: string) => string;
}

export interface ProxyRoutes {
  readonly routes: readonly Route[];
  /** Routes whose clusters stay, or are there already. */
  readonly before: readonly Route[];
  /** Hostnames that connectors may still lead to the proxy. */
  readonly kept: ReadonlySet<string>;
}

export interface CompiledProxy {
  readonly files: Readonly<Record<string, string>>;
  /** Services whose pods are in the files. */
  readonly services: ReadonlySet<ObjectKey>;
}

export function compileFor(
  { endpointsOf, hash }: ProxyFilesPort,
  { tunnel }: TunnelPass,
  { routes, certificates, ...facts }: ProxyRoutes & { readonly certificates: FindCertificates },
): CompiledProxy {
  const services = new Set<ObjectKey>();
  const { originRequest: defaults } = tunnel.spec;
  // The same in every connector, and without meaning to a visitor, who finds it in a cookie.
  const idOf = (address: string): string => hash(`${tunnel.metadata.uid} ${address}`);
  const files = compileProxy(routes, {
    ...facts,
    hash,
    ...(defaults === undefined ? {} : { defaults }),
    endpointsOf: (service, port) => {
      services.add(service);
      return endpointsOf(service, port)?.map((one) => ({ ...one, id: idOf(one.address) }));
    },
  });
  return { files: { ...files, ...caFilesIn(files['clusters.yaml'], certificates) }, services };
}

/** The certificates to which clusters refer, in a stable order. */
function caFilesIn(clusters: string, find: FindCertificates): CaFiles {
  const named = new Set([...clusters.matchAll(/\bca-([0-9a-f]+)\.pem\b/g)].map(([, fingerprint = '']) => fingerprint));
  const known = [...named].toSorted().flatMap((fingerprint) => {
    const pem = find(fingerprint);
    return pem === undefined ? [] : [[caFileName(fingerprint), pem] as const];
  });
  return Object.fromEntries(known);
}
