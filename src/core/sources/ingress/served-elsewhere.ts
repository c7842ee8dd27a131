/** Parses an Ingress that another controller serves: each of its hosts leads to the Service of that controller. */
import type { Ingress } from '../../../api/objects.ts';
import { requestsLanNames } from '../../lan/request.ts';
import { type Hostname, covers, normalName, parseHostname } from '../../model/hostname.ts';
import type { RouteRequest } from '../../model/route-request.ts';
import type { Host } from '../elsewhere/hosts.ts';
import { requestElsewhere } from '../elsewhere/request.ts';
import type { RelatedObjects } from '../related.ts';
import { misplaced } from './misplaced.ts';
import { invalidSpec } from './paths.ts';
import { INGRESS_FIELDS } from './request-fields.ts';

export function parseServedElsewhere(ingress: Ingress, related: RelatedObjects): RouteRequest {
  const hosts = hostsOf(ingress);
  const problems = [
    ...misplaced(ingress.metadata.annotations ?? {}),
    ...(hosts.length === 0 && !requestsLanNames(ingress.metadata.annotations)
      ? [invalidSpec('spec.rules', 'names no host, so there is no hostname to publish')]
      : []),
  ];
  return requestElsewhere(ingress, { hosts, problems, fields: INGRESS_FIELDS }, related);
}

/** A host that several rules name is one route. */
function hostsOf(ingress: Ingress): readonly Host[] {
  const hosts = (ingress.spec.rules ?? []).map(({ host = '' }, index): Host => {
    if (host === '') return { problem: invalidSpec(`spec.rules[${index}]`, 'has no host, so it is not published') };
    const parsed = parseHostname(host);
    if ('problem' in parsed) return { problem: invalidSpec(`spec.rules[${index}].host`, parsed.problem) };
    return { ...parsed, isEncrypted: hasCertificate(ingress, parsed.hostname) };
  });
  const names = hosts.map((host) => ('hostname' in host ? host.hostname : undefined));
  return hosts.filter((_, index) => names[index] === undefined || names.indexOf(names[index]) === index);
}

/** Whether the controller has a certificate for a host, as far as the Ingress says. */
function hasCertificate({ spec: { tls = [] } }: Ingress, hostname: Hostname): boolean {
  return tls.some(({ hosts = [] }) => hosts.length === 0 || hosts.some((host) => covers(normalName(host), hostname)));
}
