/** The files of the proxy, with the pods and certificates of this moment. */
import type { ObjectKey } from '../../../api/objects.ts';
import { type CaFiles, type FindCertificates, caFileName } from '../../../core/ca-pool/files.ts';
import type { FittedRoutes } from '../../../core/ingress/budget.ts';
import { fitProxied, leadToProxy } from '../../../core/ingress/proxied-routes.ts';
import { type ProxyFiles, compileProxy } from '../../../core/proxy/compile.ts';
import { type FindPods, computeIfChanged } from '../../../core/proxy/computed.ts';
import type { ProxyInput } from '../pass/proxy-memory.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';

export interface ProxyFilesPort {
  readonly endpointsOf: FindPods;
  readonly hash: (text: string) => string;
}

export interface CompiledProxy {
  readonly files: Readonly<Record<string, string>>;
  /** Services whose pods are in the files. */
  readonly services: ReadonlySet<ObjectKey>;
}

export function compileFor(
  port: ProxyFilesPort,
  pass: TunnelPass,
  { certificates, ...routes }: Omit<ProxyInput, 'defaults'> & { readonly certificates: FindCertificates },
): CompiledProxy {
  const input = { ...routes, defaults: pass.tunnel.spec.originRequest };
  const facts = { input, find: port.endpointsOf };
  const compiled = computeIfChanged(pass.memory.proxy.compiled, facts, (_, find) =>
    compile(port, pass, { input, find }),
  );
  pass.memory.proxy = { ...pass.memory.proxy, compiled };
  return {
    files: withCertificates(compiled.result, certificates),
    services: new Set(compiled.pods.map(({ service }) => service)),
  };
}

/** The routes without those of proxied hostnames whose configuration has no room in a ConfigMap. */
export function fittingRoutes(
  port: ProxyFilesPort,
  pass: TunnelPass,
  { routes, certificates }: Pick<ProxyInput, 'routes'> & { readonly certificates: FindCertificates },
): FittedRoutes {
  if (!leadToProxy(routes)) return { fitting: routes, unfit: [] };
  const input = { routes, defaults: pass.tunnel.spec.originRequest };
  const facts = { input, find: port.endpointsOf };
  const fitted = computeIfChanged(pass.memory.proxy.fitted, facts, ({ defaults }, find) =>
    fitProxied(routes, (some) => {
      const files = compile(port, pass, { input: { routes: some, before: [], kept: [], defaults }, find });
      return withCertificates(files, certificates);
    }),
  );
  pass.memory.proxy = { ...pass.memory.proxy, fitted };
  return fitted.result;
}

function compile(
  { hash }: ProxyFilesPort,
  { tunnel }: TunnelPass,
  { input: { routes, before, kept, defaults }, find }: { readonly input: ProxyInput; readonly find: FindPods },
): ProxyFiles {
  // The same in every connector, and without meaning to a visitor, who finds it in a cookie.
  const idOf = (address: string): string => hash(`${tunnel.metadata.uid} ${address}`);
  return compileProxy(routes, {
    before,
    kept: new Set(kept),
    hash,
    ...(defaults === undefined ? {} : { defaults }),
    endpointsOf: (service, port) => find(service, port)?.map((one) => ({ ...one, id: idOf(one.address) })),
  });
}

/** With the certificates to which clusters refer, in a stable order. */
function withCertificates(files: ProxyFiles, find: FindCertificates): Readonly<Record<string, string>> {
  const clusters = files['clusters.yaml'];
  const named = new Set([...clusters.matchAll(/\bca-([0-9a-f]+)\.pem\b/g)].map(([, fingerprint = '']) => fingerprint));
  const known = [...named].toSorted().flatMap((fingerprint) => {
    const pem = find(fingerprint);
    return pem === undefined ? [] : [[caFileName(fingerprint), pem] as const];
  });
  const caFiles: CaFiles = Object.fromEntries(known);
  return { ...files, ...caFiles };
}
