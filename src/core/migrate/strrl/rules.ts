/** The rules that STRRL's Ingress controller makes of an Ingress. */
import type { Service } from '../../../api/objects.ts';
import { compare, keyOf } from '../../keys.ts';
import { isWildcard, normalName } from '../../model/hostname.ts';
import { quoted } from '../../quote.ts';
import { type Ingress, type IngressPath, byKey } from '../facts.ts';
import type { ServedRule } from '../takeover.ts';

const PREFIX = 'cloudflare-tunnel-ingress-controller.strrl.dev/';

/** It drops an Ingress as a whole if any part of it is wrong. */
export type IngressRules = { readonly rules: readonly ServedRule[] } | { readonly problem: string };

export function rulesOf(ingress: Ingress, services: readonly Service[]): IngressRules {
  const wrong = wrongAnnotation(ingress);
  if (wrong !== undefined) return { problem: `its annotation ${wrong} has a value that is not supported there` };
  const scheme = read(ingress, 'backend-protocol') ?? 'http';
  const rules: ServedRule[] = [];
  for (const { host = '', http } of ingress.spec?.rules ?? []) {
    if (host === '') return { problem: 'it has a rule without a host' };
    for (const path of http?.paths ?? []) {
      const service = serviceOf(ingress, path, services);
      if (typeof service === 'string') return { problem: service };
      rules.push(ruleFor(ingress, { host, path, scheme, ...service }));
    }
  }
  return { rules };
}

interface Backend {
  readonly service: Service;
  readonly port: number;
}

/** The Service behind a path, or why the controller accepts no such path. */
function serviceOf(
  { metadata }: Ingress,
  { backend, pathType }: IngressPath,
  services: readonly Service[],
): Backend | string {
  if (pathType !== 'Prefix' && pathType !== 'ImplementationSpecific')
    return `its pathType ${quoted(pathType ?? '')} is not supported there`;
  const { name = '', port } = backend.service ?? {};
  const service = byKey(services, `${metadata.namespace}/${name}`);
  if (service === undefined) return `Service ${metadata.namespace}/${name} does not exist`;
  if (service.spec.clusterIP === 'None') return `Service ${keyOf(service)} is headless, which is not supported there`;
  const named = service.spec.ports?.find((one) => one.name !== undefined && one.name === port?.name);
  const number = port?.name === undefined ? port?.number : named?.port;
  return number === undefined
    ? `Service ${keyOf(service)} has no port ${quoted(port?.name ?? '')}`
    : { service, port: number };
}

interface RuleParts extends Backend {
  readonly host: string;
  readonly path: IngressPath;
  readonly scheme: string;
}

/** A path is a pattern there, which matches anywhere, whatever its type. Only http and https have one. */
function ruleFor(ingress: Ingress, { host, path, scheme, service, port }: RuleParts): ServedRule {
  const hasPath = (scheme === 'http' || scheme === 'https') && (path.path ?? '') !== '';
  return {
    hostname: normalName(host),
    ...(hasPath ? { path: path.path, isPrefixMeant: true as const } : {}),
    service: `${scheme}://${service.metadata.name}.${service.metadata.namespace}.svc:${port}`,
    originRequest: settingsOf(ingress, scheme, service),
    hasManagedRecord: read(ingress, 'disable-dns-management') !== 'true',
  };
}

const BOOLEANS: Readonly<Record<string, string>> = {
  'no-happy-eyeballs': 'noHappyEyeballs',
  'disable-chunked-encoding': 'disableChunkedEncoding',
  'http2-origin': 'http2Origin',
  'no-tls-verify': 'noTLSVerify',
};

const TEXTS: Readonly<Record<string, string>> = {
  'http-host-header': 'httpHostHeader',
  'connect-timeout': 'connectTimeout',
  'tls-timeout': 'tlsTimeout',
  'tcp-keepalive': 'tcpKeepAlive',
  'keepalive-timeout': 'keepAliveTimeout',
  'keepalive-connections': 'keepAliveConnections',
};

/** It verifies no certificate unless it is asked to. An ExternalName is reached under its own name. */
function settingsOf(ingress: Ingress, scheme: string, { spec }: Service): Readonly<Record<string, unknown>> {
  const given = (names: Readonly<Record<string, string>>, convert: (text: string) => unknown) =>
    Object.entries(names).flatMap(([key, setting]) => {
      const text = read(ingress, key);
      return text === undefined ? [] : [[setting, convert(text)] as const];
    });
  const own = spec.type === 'ExternalName' ? spec.externalName : undefined;
  const serverName = read(ingress, 'origin-server-name') ?? own;
  return {
    ...(scheme === 'https' ? { noTLSVerify: read(ingress, 'proxy-ssl-verify') !== 'on' } : {}),
    ...(scheme === 'https' && serverName !== undefined ? { originServerName: serverName } : {}),
    ...Object.fromEntries([...given(BOOLEANS, (text) => text === 'true'), ...given(TEXTS, (text) => text)]),
  };
}

/** Values that the controller accepts, where it accepts only these. */
const ACCEPTED: Readonly<Record<string, RegExp>> = {
  'proxy-ssl-verify': /^(?:on|off)$/,
  'disable-dns-management': /^(?:true|false)$/,
  ...Object.fromEntries(Object.keys(BOOLEANS).map((key) => [key, /^(?:true|false)$/])),
  'keepalive-connections': /^[0-9]+$/,
};

function wrongAnnotation(ingress: Ingress): string | undefined {
  const given = Object.entries(ACCEPTED).map(([key, accepted]) => ({ key, accepted, text: read(ingress, key) }));
  return given.find(({ accepted, text }) => text !== undefined && !accepted.test(text))?.key;
}

function read({ metadata }: Ingress, key: string): string | undefined {
  return metadata.annotations?.[`${PREFIX}${key}`];
}

/** Its order: names before wildcards, then by name, then the longest path first. */
export function inItsOrder(a: ServedRule, b: ServedRule): number {
  return (
    Number(isWildcard(a.hostname)) - Number(isWildcard(b.hostname)) ||
    compare(a.hostname, b.hostname) ||
    (b.path ?? '').length - (a.path ?? '').length
  );
}
