import type { Service } from '../../../api/objects.ts';
import { isOriginOf } from '../../model/service-origin.ts';
import type { RouteSource } from '../source.ts';
import { parseService, requestsExposure } from './parse.ts';

/** Services with annotations. Of their status, only the `cftunnel.io/Exposed` condition is ours. */
export const SERVICES: RouteSource<Service> = {
  kind: 'Service',
  requestsExposure,
  parse: parseService,
  isOwnOrigin: ({ source, origin }) => isOriginOf(source, origin),
  conditionOf: ({ status }) => status?.conditions?.[0],
  statusWith: (_, condition) => (condition === undefined ? {} : { conditions: [condition] }),
};
