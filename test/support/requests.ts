/** Requests of Services, as the operator parses and checks them. */
import type { Service } from '../../src/api/objects.ts';
import type { RouteRules } from '../../src/core/ingress/validate.ts';
import type { RouteRequest } from '../../src/core/model/route-request.ts';
import { SERVICES } from '../../src/core/sources/service/service-source.ts';
import { NOTHING_RELATED } from './sources.ts';
import { PARSERS } from './parsers.ts';

export const ROUTE_RULES: RouteRules = {
  patternProblem: PARSERS.patternProblem,
  isOwnOrigin: (route) =>
    SERVICES.isOwnOrigin(route, { object: undefined, tunnel: undefined, related: NOTHING_RELATED }),
};

export function requestOf(service: Service): RouteRequest {
  return SERVICES.parse(service, PARSERS, NOTHING_RELATED);
}

/** Requests of the Services that request exposure. */
export function requestsOf(services: readonly Service[]): readonly RouteRequest[] {
  return services.filter((service) => SERVICES.requestsExposure(service, NOTHING_RELATED)).map(requestOf);
}
