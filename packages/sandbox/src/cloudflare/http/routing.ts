import findMyWay from 'find-my-way';
import { HEX_ID, UUID } from '../state/ids.ts';
import type { Endpoint } from './endpoint.ts';

/** An endpoint and its path parameters. */
export interface Route {
  readonly endpoint: Endpoint;
  readonly params: Readonly<Record<string, string>>;
}

export type Router = (method: string, path: string) => Route | undefined;

/** Format of each path parameter. As at Cloudflare, a path with a malformed id has no route. */
const PARAM_FORMS: Readonly<Record<string, RegExp>> = {
  account: HEX_ID,
  zone: HEX_ID,
  record: HEX_ID,
  tunnel: UUID,
  connector: UUID,
  application: UUID,
  policy: UUID,
  serviceToken: UUID,
  group: UUID,
  identityProvider: UUID,
};

/** The name of an endpoint in logs and counters, for example `GET /zones/:zone/dns_records`. */
export function endpointName(endpoint: Endpoint): string {
  return `${endpoint.method} ${endpoint.path}`;
}

/** Finds the endpoint of a request. */
export function createRouter(endpoints: readonly Endpoint[]): Router {
  const router = findMyWay();
  for (const endpoint of endpoints) router.on(endpoint.method, withForms(endpoint.path), () => undefined, endpoint);
  return (method, path) => {
    const found = router.find(method as findMyWay.HTTPMethod, path);
    if (found === null) return undefined;
    return { endpoint: found.store as Endpoint, params: found.params as Readonly<Record<string, string>> };
  };
}

function withForms(template: string): string {
  return template.replaceAll(/:(\w+)/g, (parameter, name: string) => {
    const form = PARAM_FORMS[name];
    return form === undefined ? parameter : `${parameter}(${form.source})`;
  });
}
