import type { AccessGate, AccessDecision, AccessVisit } from '../../../edge/front-door/access-gate.ts';
import type { EdgePage } from '../../../edge/front-door/error-page.ts';
import type { World } from '../../http/endpoint.ts';
import type { SigningKey } from '../../state/access-keys.ts';
import type { AccessApplication, AccessOrganization, AccessPolicy } from '../../state/access.ts';
import { assertDuration } from '../fields.ts';
import { applicationFor } from './application-match.ts';
import { type NewClaims, personal, signToken, verifyToken } from './application-token.ts';
import { type Identity, matchesRules, type Subject } from './rule-match.ts';
import { readServiceToken, sessionCookie } from './credentials.ts';
import { closedPage, signInPage, teamPage } from './team-site.ts';
import { AccessView } from './access-view.ts';

/** Somebody who signs in. */
export interface SignIn {
  readonly email: string;
  readonly host: string;
  readonly path?: string;
  readonly address?: string;
  readonly country?: string;
  /** The id of an identity provider. */
  readonly loginMethod?: string;
}

interface Protected {
  readonly organization: AccessOrganization;
  readonly application: AccessApplication;
  /** In the order of evaluation. */
  readonly policies: readonly AccessPolicy[];
  readonly view: AccessView;
}

interface Session extends Identity {
  /** As signed at the sign-in. */
  readonly token: string;
}

const ANONYMOUS = { serviceToken: undefined, identity: undefined, certificate: undefined };

/**
 * Enforces Access as Cloudflare's edge does: Bypass and Service Auth first, then Deny and Allow, each in the order of the
 * application. Whoever no policy lets in stays outside.
 *
 * Assumption: a session is judged by the policies as they are now. Cloudflare compares identities only at the sign-in.
 */
export class AccessGatekeeper implements AccessGate {
  readonly #world: Pick<World, 'cloud' | 'assumptions'>;

  constructor(world: Pick<World, 'cloud' | 'assumptions'>) {
    this.#world = world;
  }

  site(host: string, path: string): EdgePage | undefined {
    const { access } = this.#world.cloud;
    const organization = access.organizations.values().find(({ authDomain }) => authDomain === host.toLowerCase());
    return organization && teamPage(access, organization, path);
  }

  judge(visit: AccessVisit): AccessDecision {
    const place = this.#protectionOf(visit.host, visit.path);
    if (place === undefined) return { kind: 'open' };
    const { application, organization } = place;
    const presented = readServiceToken(visit.headers, application, place.view, this.#world.cloud.now());
    const subject = { ...visit, serviceToken: presented.token, identity: undefined };
    const early = this.#withoutSignIn(place, subject);
    if (early !== undefined) return early;
    if (presented.kind !== 'none' && organization.strictServiceTokenAuth) {
      return closed(presented.kind === 'valid' ? 403 : 401, place);
    }
    return this.#withSession(place, subject, visit);
  }

  /** The cookie of somebody who has signed in, for the header `cookie`. Undefined if no policy lets them in. */
  signIn({ email, loginMethod, host, path = '/', address = '127.0.0.1', country = 'XX' }: SignIn): string | undefined {
    const place = this.#protectionOf(host, path);
    if (place === undefined) throw new Error(`nothing protects ${host}${path}`);
    const identity = { email, loginMethod };
    if (decisionOn(place, { ...ANONYMOUS, address, country, identity }) !== 'allow') return undefined;
    const claims = { ...personal(email, country), login_method: loginMethod };
    return `CF_Authorization=${this.#sign(place, claims)}`;
  }

  /** The keys with which tokens of an account's team are verified. */
  keysOf(accountId: string): readonly SigningKey[] {
    return this.#world.cloud.access.keys.all(accountId);
  }

  /** Makes a new signing key, as Cloudflare does every six weeks. */
  rotateKeys(accountId: string): void {
    this.#world.cloud.access.keys.rotate(accountId);
  }

  #withoutSignIn(place: Protected, subject: Subject): AccessDecision | undefined {
    const early = place.policies.filter(({ decision }) => decision === 'bypass' || decision === 'non_identity');
    const policy = early.find((each) => matchesRules(each, subject, place.view.group));
    if (policy === undefined) return undefined;
    if (policy.decision === 'bypass') return { kind: 'open' };
    const name = subject.serviceToken?.clientId ?? subject.certificate ?? '';
    return admitted(this.#sign(place, { common_name: name }));
  }

  #withSession(place: Protected, subject: Subject, visit: AccessVisit): AccessDecision {
    const { organization, application, policies } = place;
    const session = this.#sessionOf(visit, place);
    if (session !== undefined) {
      const { token, email, loginMethod } = session;
      const decision = decisionOn(place, { ...subject, identity: { email, loginMethod } });
      return decision === 'allow' ? admitted(token, email) : closed(403, place);
    }
    const isForMachines = policies.some(({ decision }) => decision === 'non_identity');
    if (isForMachines && application.settings['service_auth_401_redirect'] === true) return closed(401, place);
    const isForPeople = policies.some(({ decision }) => decision === 'allow');
    if (!isForPeople) return closed(403, place); // Assumption: nobody is sent to sign in if that helps nobody
    return { kind: 'answered', page: signInPage(organization, { aud: application.aud, ...visit }) };
  }

  /** A session of this application. Those of others do not count. */
  #sessionOf({ headers }: AccessVisit, { organization, application }: Protected): Session | undefined {
    const { cloud } = this.#world;
    const token = sessionCookie(headers) ?? '';
    const claims = verifyToken(token, this.keysOf(organization.id), cloud.now());
    if (claims?.email === undefined || !claims.aud.includes(application.aud)) return undefined;
    return { token, email: claims.email, loginMethod: claims.login_method };
  }

  #protectionOf(host: string, path: string): Protected | undefined {
    const { cloud, assumptions } = this.#world;
    const account = cloud.zoneOfHost(host.toLowerCase())?.accountId;
    const organization = account === undefined ? undefined : cloud.access.organizations.get(account);
    if (organization === undefined) return undefined;
    const view = new AccessView(cloud, organization.id, assumptions.accessPropagationMs);
    const application = applicationFor(view.applications(), host, path);
    return application && { organization, application, view, policies: view.policiesOf(application) };
  }

  #sign({ application, organization }: Protected, claims: Partial<NewClaims>): string {
    const { cloud } = this.#world;
    const key = cloud.access.keys.current(organization.id);
    const life = { now: cloud.now(), lifetimeMs: assertDuration(application.sessionDuration, 'session_duration') };
    return signToken({ aud: [application.aud], iss: `https://${organization.authDomain}`, ...claims }, key, life);
  }
}

function decisionOn({ policies, view }: Protected, subject: Subject): 'allow' | 'deny' | undefined {
  const late = policies.filter(({ decision }) => decision === 'allow' || decision === 'deny');
  const decision = late.find((policy) => matchesRules(policy, subject, view.group))?.decision;
  return decision === 'allow' || decision === 'deny' ? decision : undefined;
}

function admitted(token: string, email?: string): AccessDecision {
  const headers = { 'cf-access-jwt-assertion': token };
  return {
    kind: 'admitted',
    headers: email === undefined ? headers : { ...headers, 'cf-access-authenticated-user-email': email },
  };
}

function closed(status: 401 | 403, { organization, application }: Protected): AccessDecision {
  return { kind: 'answered', page: closedPage(status, organization, application.aud) };
}
