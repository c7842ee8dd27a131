/** Envoy before a backend, with the configuration that the operator publishes. */
import { digest } from '../../src/adapters/digest.ts';
import { type Hostname, parseHostname } from '../../src/core/model/hostname.ts';
import type { Route } from '../../src/core/model/route.ts';
import { compileProxy } from '../../src/core/proxy/compile.ts';
import type { ProxyPlace } from '../../src/core/proxy/place.ts';
import type { EnvoyFiles } from './envoy-process.ts';

export function publishedFiles(host: string, backendPort: number): (place: ProxyPlace) => EnvoyFiles {
  return (place) =>
    compileProxy([routeTo(host)], {
      hash: digest,
      endpointsOf: () => [{ address: '127.0.0.1', port: backendPort, id: 'backend' }],
      before: [],
      place,
    });
}

function routeTo(host: string): Route {
  const backend = { service: 'bench/web', port: 80, protocol: 'http' } as const;
  const proxy = { backends: [{ weight: 1, backend }] };
  return { source: 'bench/web', origin: 'http://web.bench.svc:80', hostname: hostname(host), proxy };
}

function hostname(text: string): Hostname {
  const parsed = parseHostname(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.hostname;
}
