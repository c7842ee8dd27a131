/**
 * Parses an object that another controller serves: each of its hostnames leads to the Service of that controller. Paths
 * are left to it, so every route is that of a whole hostname.
 */
import { TUNNEL } from '../../../api/annotations.ts';
import { OTHER_CLASS_ANNOTATIONS, SERVICE_ONLY_ANNOTATIONS } from '../../../api/ingress-annotations.ts';
import type { KubeObject } from '../../../api/objects.ts';
import { statusAddresses } from '../../lan/own-addresses.ts';
import { type LanRequest, parseLanRequest, requestsLanNames } from '../../lan/request.ts';
import type { Protocol } from '../../model/protocol.ts';
import type { Problem } from '../../model/route.ts';
import type { RequestFields, RouteRequest } from '../../model/route-request.ts';
import type { ReferringObject } from '../../protection/policy-reference.ts';
import { parseChoices } from '../annotations/choices.ts';
import { type Annotations, annotationFields } from '../annotations/fields.ts';
import { parseOriginSettings } from '../annotations/origin-settings.ts';
import { unknownAnnotations } from '../annotations/unknown.ts';
import { type ControllerService, findControllerService } from '../backend/controller-service.ts';
import { identityOf } from '../identity.ts';
import type { RelatedObjects } from '../related.ts';
import { type Host, originsAt, problemsOf, routeOf } from './hosts.ts';

export interface RequestedElsewhere {
  readonly hosts: readonly Host[];
  /** What is wrong with the object besides its hosts and annotations. */
  readonly problems: readonly Problem[];
  readonly fields: RequestFields;
  /** By port, what its controller speaks there. */
  readonly protocols?: ReadonlyMap<number, Protocol>;
}

export const findUnknownElsewhere = unknownAnnotations([...OTHER_CLASS_ANNOTATIONS, ...SERVICE_ONLY_ANNOTATIONS]);

export function requestElsewhere(
  object: KubeObject,
  { hosts, problems: others, fields, protocols }: RequestedElsewhere,
  related: RelatedObjects,
): RouteRequest {
  const identity = identityOf(object.kind, object);
  const annotations: Annotations = object.metadata.annotations ?? {};
  const choices = parseChoices(annotations, referringFrom(object, related));
  const { problems, ...settings } = parseOriginSettings(annotationFields(annotations), choices.balance);
  const tunnel = choices.tunnel === undefined ? undefined : related.get('Tunnel', choices.tunnel);
  const controller = tunnel && findControllerService({ object, annotations, tunnel, related });
  const originOf = controller && originsAt(controller, annotations, protocols);
  const lan = parseLanRequest(annotations, () => ({ addresses: statusAddresses(object) }), choices);
  const published = isToBePublished(annotations) ? hosts.filter((host) => !isLocal(host, lan)) : [];
  return {
    ...identity,
    tunnel: choices.tunnel,
    routes: [...published.map((host) => routeOf(host, { originOf, settings, choices })), ...lan.routes],
    problems: [
      ...findUnknownElsewhere(annotations),
      ...choices.problems,
      ...problems,
      ...lan.problems,
      ...(originOf === undefined ? [] : problemsOf(published, originOf)),
      ...others,
    ],
    warnings: [],
    forbidden: controller === undefined || published.length === 0 ? undefined : forbiddenIn(controller),
    fields,
    ...choices.asking,
  };
}

function referringFrom({ apiVersion, kind, metadata }: KubeObject, related: RelatedObjects): ReferringObject {
  const [group = ''] = apiVersion.split('/');
  return { from: { group, kind, namespace: metadata.namespace ?? '' }, related };
}

/** Names of the local network alone make no other host public. */
function isToBePublished(annotations: Annotations): boolean {
  return Object.hasOwn(annotations, TUNNEL.key) || !requestsLanNames(annotations);
}

function isLocal(host: Host, { hostnames }: LanRequest): boolean {
  return 'hostname' in host && hostnames.has(host.hostname);
}

function forbiddenIn(controller: ControllerService): Problem | undefined {
  return 'problem' in controller && controller.isForbidden ? controller.problem : undefined;
}
