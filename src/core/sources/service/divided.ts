/** Parses the backends among which a route in a list divides its requests. */
import type { Service } from '../../../api/objects.ts';
import { quoted } from '../../quote.ts';
import type { Problem } from '../../model/route.ts';
import { type Fields, invalid } from '../annotations/fields.ts';
import { foreignTarget } from '../backend/external-name.ts';
import type { FoundPort } from '../backend/proxy-target.ts';
import type { RelatedObjects } from '../related.ts';
import { type Backend, findPort, isWeb } from './backend.ts';

/** Fields of a backend, which have no annotation. */
export const BACKEND_SERVICE = { key: 'service' };
export const BACKEND_WEIGHT = { key: 'weight' };

const MAX_WEIGHT = 1_000_000;

export interface DividedContext {
  /** The Service that the annotations are on. */
  readonly service: Service;
  readonly related: RelatedObjects;
  /** The fields of the route. */
  readonly route: Fields;
}

export function parseDivided(backends: readonly Fields[], context: DividedContext): Backend {
  const found = backends.map((fields) => parseOne(fields, context));
  return {
    ports: found.flatMap((one) => ('problems' in one ? [] : [one])),
    problems: found.flatMap((one) => ('problems' in one ? one.problems : [])),
    warnings: [],
  };
}

function parseOne(
  fields: Fields,
  { service, related, route }: DividedContext,
): FoundPort | { readonly problems: readonly Problem[] } {
  const weight = fields.read(BACKEND_WEIGHT) ?? '1';
  if (!/^[0-9]{1,7}$/.test(weight) || Number(weight) > MAX_WEIGHT)
    return fail(
      invalid(fields.nameOf(BACKEND_WEIGHT), `${quoted(weight)} must be a whole number from 0 to ${MAX_WEIGHT}`),
    );
  const { namespace = '', name: own } = service.metadata;
  const name = fields.read(BACKEND_SERVICE) ?? own;
  const key = `${namespace}/${name}`;
  const target = name === own ? service : related.get('Service', key);
  if (target === undefined)
    return fail({
      reason: 'BackendNotFound',
      message: `${fields.nameOf(BACKEND_SERVICE)}: Service ${key} does not exist`,
    });
  const forbidden = foreignTarget(target);
  if (forbidden !== undefined) return fail(forbidden);
  const found = findPort(target, fields, route);
  if ('problems' in found) return found;
  const { protocol } = found.port;
  return isWeb(protocol)
    ? { ...found.port, weight: Number(weight) }
    : fail(invalid(fields.nameOf(BACKEND_SERVICE), `requests of ${protocol} cannot be divided`));
}

function fail(problem: Problem): { readonly problems: readonly Problem[] } {
  return { problems: [problem] };
}
