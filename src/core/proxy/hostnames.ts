/** Reads from the proxy's configuration for which hostnames it has routes. */
import { isRecord, parseObject } from '../json.ts';

export function hostnamesIn(files: Readonly<Record<string, string>>): ReadonlySet<string> {
  const { resources } = parseObject(files['routes.json'] ?? '');
  const hosts = listIn(resources).flatMap((resource) => listIn(resource['virtual_hosts']));
  const domains = hosts.flatMap(({ domains: names }) => (Array.isArray(names) ? names : []));
  return new Set(domains.filter((name) => typeof name === 'string'));
}

function listIn(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
