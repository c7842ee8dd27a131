/** The routes of hostnames that another controller serves. */
import { PROTOCOL } from '../../../api/annotations.ts';
import type { Service } from '../../../api/objects.ts';
import { type Hostname, isWildcard } from '../../model/hostname.ts';
import { schemeOf } from '../../model/protocol.ts';
import type { OriginRequest, Problem } from '../../model/route.ts';
import type { ParsedRoute, Target } from '../../model/route-request.ts';
import { inOrder } from '../../model/setting-order.ts';
import { WEB_PORTS } from '../addresses.ts';
import type { Choices } from '../annotations/choices.ts';
import { type Annotations, annotationFields, invalid } from '../annotations/fields.ts';
import type { OriginSettings } from '../annotations/origin-settings.ts';
import type { ControllerService } from '../backend/controller-service.ts';
import { type WantedOrigin, originAt } from '../backend/origin.ts';

export interface ServedHost {
  readonly hostname: Hostname;
  /** Whether the controller has a certificate for it, as far as the object says. */
  readonly isEncrypted: boolean;
  /** The port at which its controller serves it, if the object says. */
  readonly port?: number;
  /** The namespace that it belongs to. Absent: that of the object. */
  readonly owner?: string;
}

/** Whether it is to be published is not known yet, so what was live stays. */
interface UndecidedHost {
  readonly hostname: Hostname;
  readonly waitsFor: Problem;
}

/** A hostname, or why there is none that can be published. */
export type Host = ServedHost | UndecidedHost | { readonly problem: Problem };

/** Where a hostname leads to. Hostnames differ: the controller has a certificate only for some. */
export type OriginOf = (host: ServedHost) => Origin;

type Origin = { readonly origin: string } | { readonly problem: Problem };

export function originsAt(
  controller: ControllerService,
  annotations: Annotations,
  protocols: WantedOrigin['protocols'],
): OriginOf {
  if ('problem' in controller) return () => ({ problem: controller.problem });
  const { service, port, place } = controller;
  const fields = annotationFields(annotations);
  return (host) => {
    const found = originAt(
      service,
      { port: port ?? webPort(service, host), place, ...(protocols && { protocols }) },
      fields,
    );
    return 'port' in found ? { problem: onlyHttp(found.port.protocol) } : found;
  };
}

/** The proxy chooses pods, which for these hostnames is what the other controller does. */
function onlyHttp(protocol: string): Problem {
  const why = `${protocol} does not lead to another controller, which is reached over http or https; name one of the two`;
  return invalid(PROTOCOL.key, why);
}

/** The port for a hostname, where no person names one: of those for the web, the Service has at least one. */
function webPort({ spec: { ports = [] } }: Service, { isEncrypted, port: own }: ServedHost): string {
  const [first, other] = isEncrypted ? [WEB_PORTS.https, WEB_PORTS.http] : [WEB_PORTS.http, WEB_PORTS.https];
  const isListed = (wanted: number | undefined): boolean => ports.some(({ port }) => port === wanted);
  return String([own, first].find(isListed) ?? other);
}

/** What is wrong with the Service, told once for all hostnames. */
export function problemsOf(hosts: readonly Host[], originOf: OriginOf): readonly Problem[] {
  const found = hosts.flatMap((host) => ('isEncrypted' in host ? [originOf(host)] : []));
  const problems = found.flatMap((origin) => ('problem' in origin ? [origin.problem] : []));
  return problems.filter(({ message }, index) => problems.findIndex((one) => one.message === message) === index);
}

export interface RouteContext {
  /** Absent: there is no Tunnel that could say. */
  readonly originOf: OriginOf | undefined;
  readonly settings: Omit<OriginSettings, 'problems'>;
  readonly choices: Choices;
}

export function routeOf(host: Host, { originOf, settings, choices }: RouteContext): ParsedRoute {
  if ('problem' in host) return { hostnames: [], isForbidden: true, problems: [host.problem], warnings: [] };
  const { hostname } = host;
  if ('waitsFor' in host) return { hostnames: [hostname], problems: [host.waitsFor], warnings: [] };
  const owned = host.owner === undefined ? {} : { hostnameOwner: host.owner };
  const found = originOf?.(host);
  if (found === undefined || 'problem' in found) return { hostnames: [hostname], problems: [], warnings: [] };
  const { origin } = found;
  const target: Target = { origin, ...withServerName(settings, { origin, hostname }), ...owned, ...choices.route };
  const balance = choices.balance === undefined ? {} : { balance: choices.balance };
  return { hostnames: [hostname], target, ...balance, problems: [], warnings: [] };
}

/**
 * The controller chooses its certificate by the name in the TLS handshake, so that is the visitor's hostname unless the
 * annotations say otherwise. A wildcard has no name of its own: cloudflared then takes that of each request.
 */
function withServerName(
  settings: RouteContext['settings'],
  { origin, hostname }: { readonly origin: string; readonly hostname: Hostname },
): RouteContext['settings'] {
  const { originRequest = {} } = settings;
  const isNamed = originRequest.originServerName !== undefined || originRequest.matchSNItoHost !== undefined;
  if (schemeOf(origin) !== 'https' || isNamed) return settings;
  const name: OriginRequest = isWildcard(hostname) ? { matchSNItoHost: true } : { originServerName: hostname };
  return { ...settings, originRequest: inOrder({ ...originRequest, ...name }) };
}
