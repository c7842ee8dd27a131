import type { EdgePage } from '../../../edge/front-door/error-page.ts';
import type { AccessOrganization, AccessState } from '../../state/access.ts';

const HTML = { 'content-type': 'text/html; charset=utf-8' };

/** The public keys, with which a connector or an origin verifies tokens. Cloudflare adds the same keys as certificates. */
export function keysPage({ keys }: AccessState, { id }: AccessOrganization): EdgePage {
  keys.current(id); // makes the first
  const jwks = keys.all(id).map(({ kid, publicKey }) => {
    return { kid, alg: 'RS256', use: 'sig', ...publicKey.export({ format: 'jwk' }) };
  });
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ keys: jwks }) };
}

/** What a team's own site answers. Nobody can sign in there: `AccessGatekeeper.signIn` stands for that. */
export function teamPage(state: AccessState, organization: AccessOrganization, path: string): EdgePage {
  const [pathname = '/'] = path.split('?');
  if (pathname === '/cdn-cgi/access/certs') return keysPage(state, organization);
  if (!pathname.startsWith('/cdn-cgi/access/login')) return { status: 404, headers: HTML, body: title('Not found') };
  return { status: 200, headers: HTML, body: title('Sign in ・ Cloudflare Access') };
}

/** The answer to somebody who has to sign in first. */
export function signInPage(
  { authDomain }: AccessOrganization,
  { aud, host, path }: { readonly aud: string; readonly host: string; readonly path: string },
): EdgePage {
  const query = new URLSearchParams({ kid: aud, redirect_url: path });
  const location = `https://${authDomain}/cdn-cgi/access/login/${host}?${query.toString()}`;
  const headers = { ...HTML, location, 'access-control-allow-credentials': 'true', 'cache-control': NO_STORE };
  return { status: 302, headers, body: title('302 Found') };
}

const NO_STORE = 'private, max-age=0, no-store, no-cache, must-revalidate, post-check=0, pre-check=0';

/** The answer to somebody who may not enter, or whose service token is wrong (401). */
export function closedPage(status: 401 | 403, { authDomain }: AccessOrganization, aud: string): EdgePage {
  const headers = { ...HTML, 'cf-access-aud': aud, 'cf-access-domain': authDomain };
  return { status, headers, body: title(status === 401 ? 'Unauthorized' : 'Forbidden ・ Cloudflare Access') };
}

function title(text: string): string {
  return `<!DOCTYPE html><html><head><title>${text}</title></head><body></body></html>`;
}
