/** Services that ask for the same hostname, and a Tunnel that serves them. */
import { patternMatches } from '../../../src/adapters/annotations/re2.ts';
import type { KubeObject } from '../../../src/api/objects.ts';
import { type Explanation, explain } from '../../../src/core/explain/explain.ts';
import { anAccessPolicy } from '../../support/access-world.ts';
import { type ServiceTraits, aService, aTunnel } from '../../support/builders.ts';
import { routed } from '../../support/routed.ts';

const READY = { status: 'True', reason: 'Ready', message: 'All parts are ready', lastTransitionTime: '' } as const;
export const STATUS = {
  conditions: [
    { ...READY, type: 'RecordsReady', reason: 'Other' },
    { ...READY, type: 'Ready' },
  ],
};
const FOR_ALL = { allowedRoutes: { namespaces: { from: 'All' } } } as const;
export const HOME = aTunnel('shop/home', { spec: { ...FOR_ALL, domain: 'example.com' }, status: STATUS });
export const EXPOSED = { ...READY, type: 'cftunnel.io/Exposed', reason: 'Exposed', message: 'https://app.example.com' };

export const ACCESS = 'cftunnel.io/access';
const PATH = 'cftunnel.io/path';

export const WEB = service('shop/web', {
  hostname: 'app.example.com, app.example.net',
  createdAt: '2025-01-01T00:00:00Z',
});
export const API = service('shop/api', {
  hostname: 'app.example.com',
  annotations: { [PATH]: '/api', [ACCESS]: 'staff' },
});
const ANY = service('shop/any', { hostname: '*.example.com', createdAt: '2025-01-01T00:00:00Z' });
export const NAS = service('shop/nas', { lanHostname: 'nas.example.com', lanAddress: '192.168.1.10' });
const LATE = service('zoo/b', { hostname: 'app.example.com', createdAt: '2026-02-02T00:00:00Z' });
const LATER = ['zoo/c', 'zoo/a'].map((key) =>
  service(key, { hostname: 'app.example.com', createdAt: '2026-02-03T00:00:00Z' }),
);
export const OBJECTS = [
  HOME,
  { ...WEB, status: { conditions: [EXPOSED] } },
  API,
  ANY,
  NAS,
  ...LATER,
  LATE,
  anAccessPolicy({ decision: 'Allow' }),
];

export function service(key: string, traits: ServiceTraits) {
  return aService(key, { tunnel: 'shop/home', ...traits });
}

export function about(hostname: string, objects: readonly KubeObject[], path = '/'): Explanation {
  return explain(routed(objects), { hostname, path, matches: patternMatches });
}
