import type { Condition } from '../../../api/conditions.ts';
import type { Service } from '../../../api/objects.ts';
import { isOriginOf } from '../../model/service-origin.ts';
import { leadOnlyInto } from '../backend/own-backends.ts';
import { namespaceOf } from '../../model/source.ts';
import { saysTheSame } from '../../report.ts';
import type { RouteSource } from '../source.ts';
import { parseService, requestsExposure } from './parse.ts';

/** Services with annotations. Of their status, only the `cftunnel.io/Exposed` condition is ours. */
export const SERVICES: RouteSource<Service> = {
  kind: 'Service',
  requestsExposure,
  parse: parseService,
  isOwnOrigin: ({ source, origin, proxy }) =>
    proxy === undefined ? isOriginOf(source, origin) : leadOnlyInto(namespaceOf(source), origin, proxy),
  conditionOf,
  isReported: (service, { condition }) => saysTheSame(conditionOf(service), condition),
  statusWith: (_, { condition }) => (condition === undefined ? {} : { conditions: [condition] }),
};

function conditionOf({ status }: Service): Condition | undefined {
  return status?.conditions?.[0];
}
