/** Parses the routes that an Ingress of our class requests, before any Tunnel is known. */
import { ORIGIN } from '../../../api/annotations.ts';
import { OTHER_CLASS_ANNOTATIONS, SERVICE_ONLY_ANNOTATIONS } from '../../../api/ingress-annotations.ts';
import type { Ingress } from '../../../api/objects.ts';
import { type Hostname, parseHostname } from '../../model/hostname.ts';
import { type Problem, claimOf } from '../../model/route.ts';
import type { ParsedRoute, RouteRequest, Target } from '../../model/route-request.ts';
import { type Choices, parseChoices } from '../annotations/choices.ts';
import { type Annotations, annotationFields, invalid } from '../annotations/fields.ts';
import { type OriginSettings, parseOriginSettings } from '../annotations/origin-settings.ts';
import { OF_THE_TUNNEL } from '../../lan/own-addresses.ts';
import { parseLanRequest, withoutLanNames } from '../../lan/request.ts';
import { proxyTarget } from '../backend/proxy-target.ts';
import { unknownAnnotations } from '../annotations/unknown.ts';
import { identityOf } from '../identity.ts';
import type { RelatedObjects } from '../related.ts';
import { type BackendContext, findBackend } from './backend.ts';
import { misplaced } from './misplaced.ts';
import { type RequestedPath, invalidSpec, requestedPaths } from './paths.ts';
import { INGRESS_FIELDS, referringFrom } from './request-fields.ts';

const findUnknown = unknownAnnotations([...OTHER_CLASS_ANNOTATIONS, ...SERVICE_ONLY_ANNOTATIONS]);

/** Every path stands for itself: one that cannot be served affects no other. */
export function parseIngress(ingress: Ingress, related: RelatedObjects): RouteRequest {
  const identity = identityOf('Ingress', ingress);
  const annotations = ingress.metadata.annotations ?? {};
  const fields = annotationFields(annotations);
  const choices = parseChoices(annotations, referringFrom(identity.namespace, related));
  const { problems, ...settings } = parseOriginSettings(fields, choices.balance);
  const context = {
    settings,
    choices,
    backends: { namespace: identity.namespace, fields, related, session: choices.session },
  };
  const lan = parseLanRequest(annotations, OF_THE_TUNNEL, choices);
  const paths = requestedPaths(ingress);
  const routes = paths.map((path) => parseRoute(path, context)).flatMap((route) => withoutLanNames(route, lan));
  return {
    ...identity,
    tunnel: choices.tunnel,
    routes: [...withoutRepetitions(routes), ...lan.routes],
    problems: [
      ...findUnknown(annotations),
      ...misplaced(annotations),
      ...withoutEffect(annotations),
      ...choices.problems,
      ...problems,
      ...lan.problems,
      ...(paths.length === 0 && lan.hostnames.size === 0
        ? [invalidSpec('spec', 'names neither a rule with paths nor a default backend')]
        : []),
    ],
    warnings: [],
    forbidden: undefined,
    fields: INGRESS_FIELDS,
    ...choices.asking,
  };
}

/** What the routes of an Ingress share. */
interface RouteContext {
  readonly settings: Omit<OriginSettings, 'problems'>;
  readonly choices: Choices;
  readonly backends: BackendContext;
}

function parseRoute(requested: RequestedPath, { settings, choices, backends }: RouteContext): ParsedRoute {
  const { hostnames, problems: hostProblems } = parseHost(requested);
  const path = requested.path === undefined ? {} : { path: requested.path };
  const backend = findBackend(requested.backend, requested.place, backends);
  const problems = [...hostProblems, ...requested.problems, ...('problem' in backend ? [backend.problem] : [])];
  if ('problem' in backend || problems.length > 0) {
    const isForbidden = hostProblems.length > 0 || 'isForbidden' in backend;
    const unknown = requested.problems.length > 0 ? { isPathUnknown: true as const } : {};
    return { hostnames, ...path, ...unknown, ...(isForbidden ? { isForbidden } : {}), problems, warnings: [] };
  }
  const led =
    'origin' in backend
      ? backend
      : proxyTarget([backend.port], { session: choices.session, path: path.path, settings: settings.originRequest });
  const target: Target = { ...path, ...settings, ...led, ...choices.route };
  const balance = choices.balance === undefined ? {} : { balance: choices.balance };
  return { hostnames, target, ...balance, problems: [], warnings: [] };
}

function parseHost({ host, place }: RequestedPath): {
  readonly hostnames: readonly Hostname[];
  readonly problems: readonly Problem[];
} {
  if (host === undefined) return { hostnames: [], problems: [] };
  const parsed = parseHostname(host);
  if ('hostname' in parsed) return { hostnames: [parsed.hostname], problems: [] };
  return { hostnames: [], problems: [invalidSpec(place.replace(/\.http\..*/, '.host'), parsed.problem)] };
}

/** Of several entries for the same path of a host, the first is served. */
function withoutRepetitions(routes: readonly ParsedRoute[]): readonly ParsedRoute[] {
  const claimed = new Set<string>();
  return routes.map((route) => {
    const { hostnames, target, warnings } = route;
    if (target === undefined) return route;
    const [hostname] = hostnames;
    const claim = `${hostname ?? ''} ${target.path?.type ?? ''} ${target.path?.value ?? ''}`;
    if (!claimed.has(claim)) {
      claimed.add(claim);
      return route;
    }
    const what = hostname === undefined ? (target.path?.value ?? '/') : claimOf({ ...target, hostname });
    const why = `claims ${what} twice; the first one is served, so remove the other`;
    return { hostnames: [], isForbidden: true, problems: [invalidSpec('spec.rules', why)], warnings };
  });
}

/** An annotation of Ingresses that another controller serves. */
function withoutEffect(annotations: Annotations): readonly Problem[] {
  if (!Object.hasOwn(annotations, ORIGIN.key)) return [];
  return [invalid(ORIGIN.key, 'has no meaning on an Ingress of our class, whose spec names its backends; remove it')];
}
