/** Access applications for tests. */
import type { Applications } from '../../src/controllers/tunnel/steps/applications/port.ts';
import type { RemoteApplication, WrittenApplication } from '../../src/core/applications/application.ts';
import type { Route } from '../../src/core/model/route.ts';
import type { Cloudflare } from '../../src/controllers/tunnel/pass/ports.ts';

/** Routes that ask for no Access. */
export function unprotected(routes: readonly Route[]): Applications {
  return { routes, withheld: [], refused: [], needed: new Set(), mayExist: false };
}

/** An application of `shop/home` in the cluster `test`, as it stands. */
export function anApplication(domain: string, traits: Partial<RemoteApplication> = {}): RemoteApplication {
  return {
    id: `id of ${domain}`,
    audience: `aud of ${domain}`,
    type: 'self_hosted',
    name: `${domain} (cftunnel.io owner=test/shop/home)`,
    domain,
    domains: [domain],
    policies: [],
    sessionDuration: '24h',
    loginMethods: [],
    settings: {},
    ...traits,
  };
}

type Calls = Pick<
  Cloudflare,
  | 'applications'
  | 'hasAllApplications'
  | 'createApplication'
  | 'updateApplication'
  | 'deleteApplication'
  | 'accessOrganization'
  | 'loginMethods'
>;

/** The applications of an account in memory. */
export class ApplicationsWorld {
  applications: readonly RemoteApplication[] = [];
  /** What a list shows that is not read anew; `undefined`: everything. */
  listed: readonly RemoteApplication[] | undefined;
  hasAll = true;
  /** Domains that Cloudflare rejects. */
  readonly rejected = new Set<string>();
  made = 0;

  calls(write: <T>(call: string, answer: () => T) => Promise<T>, read: typeof write): Calls {
    const written = (application: RemoteApplication): WrittenApplication => {
      this.applications = [...this.applications.filter(({ id }) => id !== application.id), application];
      return { kind: 'written', application };
    };
    return {
      applications: (_, maxAgeMs) =>
        read('list applications', () => (maxAgeMs === 0 ? this.applications : (this.listed ?? this.applications))),
      hasAllApplications: () => this.hasAll,
      accessOrganization: () => read('read team', () => ({ authDomain: 'acme.cloudflareaccess.com' })),
      loginMethods: () => read('list login methods', () => [{ id: 'idp-1', name: 'GitHub' }]),
      createApplication: (_, content) =>
        write(`create application ${content.domain}`, (): WrittenApplication => {
          if (this.rejected.has(content.domain)) return { kind: 'refused', why: `rejects ${content.domain}` };
          if (this.applications.some(({ domain }) => domain === content.domain)) return { kind: 'taken' };
          const audience = `aud ${(this.made += 1)}`;
          return written(anApplication(content.domain, { ...content, audience }));
        }),
      updateApplication: (_, { id, settings, content }) =>
        write(`update application ${content.domain}`, (): WrittenApplication => {
          if (this.rejected.has(content.domain)) return { kind: 'refused', why: `rejects ${content.domain}` };
          const known = this.applications.find((one) => one.id === id);
          return known === undefined ? { kind: 'gone' } : written({ ...known, ...content, settings });
        }),
      deleteApplication: (_, id) =>
        write(`delete application ${id.replace('id of ', '')}`, () => {
          this.applications = this.applications.filter((one) => one.id !== id);
        }),
    };
  }
}
