/** All kinds of sources, by the name that a case gives them. */
import { httpRoute } from './http-route.ts';
import { ingress } from './ingress.ts';
import { lan } from './lan.ts';
import { protectedService } from './protected.ts';
import { proxied } from './proxied.ts';
import { service } from './service.ts';
import type { Source } from './source.ts';

export const SOURCES = {
  Service: service,
  Ingress: ingress,
  HTTPRoute: httpRoute,
  Proxied: proxied,
  Lan: lan,
  Protected: protectedService,
} as const satisfies Record<string, Source>;

export type SourceName = keyof typeof SOURCES;

export function isSourceName(name: string): name is SourceName {
  return Object.hasOwn(SOURCES, name);
}

/** Absent: Services. */
export function sourceOf({ source = 'Service' }: { readonly source?: SourceName }): Source {
  return SOURCES[source];
}
