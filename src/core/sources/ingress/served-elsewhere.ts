/** Parses an Ingress that another controller serves: each of its hosts leads to the Service of that controller. */
import { PROTOCOL } from '../../../api/annotations.ts';
import { OTHER_CLASS_ANNOTATIONS, SERVICE_ONLY_ANNOTATIONS } from '../../../api/ingress-annotations.ts';
import type { Ingress, Service } from '../../../api/objects.ts';
import { type Hostname, covers, isWildcard, normalName, parseHostname } from '../../model/hostname.ts';
import { schemeOf } from '../../model/protocol.ts';
import type { OriginRequest, Problem } from '../../model/route.ts';
import type { ParsedRoute, RouteRequest, Target } from '../../model/route-request.ts';
import { inOrder } from '../../model/setting-order.ts';
import { WEB_PORTS } from '../addresses.ts';
import { type Choices, parseChoices } from '../annotations/choices.ts';
import { annotationFields, invalid } from '../annotations/fields.ts';
import { type OriginSettings, parseOriginSettings } from '../annotations/origin-settings.ts';
import { unknownAnnotations } from '../annotations/unknown.ts';
import { type ControllerService, findControllerService } from '../backend/controller-service.ts';
import { identityOf } from '../identity.ts';
import type { RelatedObjects } from '../related.ts';
import { originAt } from './backend.ts';
import { misplaced } from './misplaced.ts';
import { invalidSpec } from './paths.ts';
import { INGRESS_FIELDS, referringFrom } from './request-fields.ts';

const findUnknown = unknownAnnotations([...OTHER_CLASS_ANNOTATIONS, ...SERVICE_ONLY_ANNOTATIONS]);

/** Paths are left to the other controller, so every route is that of a whole hostname. */
export function parseServedElsewhere(ingress: Ingress, related: RelatedObjects): RouteRequest {
  const identity = identityOf('Ingress', ingress);
  const annotations = ingress.metadata.annotations ?? {};
  const choices = parseChoices(annotations, referringFrom(identity.namespace, related));
  const { problems, ...settings } = parseOriginSettings(annotationFields(annotations), choices.balance);
  const tunnel = choices.tunnel === undefined ? undefined : related.get('Tunnel', choices.tunnel);
  const controller = tunnel && findControllerService({ object: ingress, annotations, tunnel, related });
  const originOf = controller && originsAt(controller, ingress);
  const hosts = hostsOf(ingress);
  return {
    ...identity,
    tunnel: choices.tunnel,
    routes: hosts.map((host) => routeOf(host, { originOf, settings, choices })),
    problems: [
      ...findUnknown(annotations),
      ...misplaced(annotations),
      ...choices.problems,
      ...problems,
      ...(originOf === undefined ? [] : problemsOf(hosts, originOf)),
      ...(hosts.length === 0 ? [invalidSpec('spec.rules', 'names no host, so there is no hostname to publish')] : []),
    ],
    warnings: [],
    forbidden: controller && forbiddenIn(controller),
    fields: INGRESS_FIELDS,
    ...choices.asking,
  };
}

function forbiddenIn(controller: ControllerService): Problem | undefined {
  return 'problem' in controller && controller.isForbidden ? controller.problem : undefined;
}

/** A host, or why there is none that can be published. */
type Host = { readonly hostname: Hostname } | { readonly problem: Problem };

/** Where a host leads to. Hosts differ: the controller has a certificate only for some. */
type OriginOf = (hostname: Hostname) => Origin;

type Origin = { readonly origin: string } | { readonly problem: Problem };

/** A host that several rules name is one route. */
function hostsOf({ spec: { rules = [] } }: Ingress): readonly Host[] {
  const hosts = rules.map(({ host = '' }, index): Host => {
    if (host === '') return { problem: invalidSpec(`spec.rules[${index}]`, 'has no host, so it is not published') };
    const parsed = parseHostname(host);
    return 'hostname' in parsed ? parsed : { problem: invalidSpec(`spec.rules[${index}].host`, parsed.problem) };
  });
  const names = hosts.map((host) => ('hostname' in host ? host.hostname : undefined));
  return hosts.filter((_, index) => names[index] === undefined || names.indexOf(names[index]) === index);
}

function originsAt(controller: ControllerService, ingress: Ingress): OriginOf {
  if ('problem' in controller) return () => ({ problem: controller.problem });
  const { service, port, place } = controller;
  const fields = annotationFields(ingress.metadata.annotations ?? {});
  return (hostname) => {
    const chosen = port ?? webPort(service, hasCertificate(ingress, hostname));
    const found = originAt(service, { port: chosen, place }, fields);
    return 'port' in found ? { problem: onlyHttp(found.port.protocol) } : found;
  };
}

/** The proxy chooses pods, which for these hosts is what the other controller does. */
function onlyHttp(protocol: string): Problem {
  const why = `${protocol} does not lead to another controller, which is reached over http or https; name one of the two`;
  return invalid(PROTOCOL.key, why);
}

/** The port for a host, where nothing names one: of the two, the Service has at least one. */
function webPort({ spec: { ports = [] } }: Service, isEncrypted: boolean): string {
  const [first, other] = isEncrypted ? [WEB_PORTS.https, WEB_PORTS.http] : [WEB_PORTS.http, WEB_PORTS.https];
  return String(ports.some(({ port }) => port === first) ? first : other);
}

/** Whether the controller has a certificate for a host, as far as the Ingress says. */
function hasCertificate({ spec: { tls = [] } }: Ingress, hostname: Hostname): boolean {
  return tls.some(({ hosts = [] }) => hosts.length === 0 || hosts.some((host) => covers(normalName(host), hostname)));
}

/** What is wrong with the Service, told once for all hosts. */
function problemsOf(hosts: readonly Host[], originOf: OriginOf): readonly Problem[] {
  const found = hosts.flatMap((host) => ('hostname' in host ? [originOf(host.hostname)] : []));
  const problems = found.flatMap((origin) => ('problem' in origin ? [origin.problem] : []));
  return problems.filter(({ message }, index) => problems.findIndex((one) => one.message === message) === index);
}

interface RouteContext {
  /** Absent: there is no Tunnel that could say. */
  readonly originOf: OriginOf | undefined;
  readonly settings: Omit<OriginSettings, 'problems'>;
  readonly choices: Choices;
}

function routeOf(host: Host, { originOf, settings, choices }: RouteContext): ParsedRoute {
  if ('problem' in host) return { hostnames: [], isForbidden: true, problems: [host.problem], warnings: [] };
  const { hostname } = host;
  const found = originOf?.(hostname);
  if (found === undefined || 'problem' in found) return { hostnames: [hostname], problems: [], warnings: [] };
  const { origin } = found;
  const target: Target = { origin, ...withServerName(settings, { origin, hostname }), ...choices.route };
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
