import type { Call } from '../http/endpoint.ts';
import type { AccessApplication } from '../state/access.ts';
import type { Body } from './fields.ts';
import { linkedPolicies } from './policy-links.ts';

/** An application as the API returns it: with whole policies, and its hosts in the old and in the new form. */
export function applicationObject(application: AccessApplication, call: Call): Body {
  const { id, aud, type, name, sessionDuration, policies, settings, createdAt, updatedAt } = application;
  return {
    id,
    uid: id,
    type,
    name,
    aud,
    created_at: createdAt,
    updated_at: updatedAt,
    ...hostFields(application),
    policies: linkedPolicies(policies, call),
    session_duration: sessionDuration,
    ...settings,
  };
}

function hostFields({ domain, uris }: AccessApplication): Body {
  if (domain === undefined) return {};
  return {
    domain,
    domain_type: 'public',
    self_hosted_domains: uris,
    destinations: uris.map((uri) => ({ type: 'public', uri })),
  };
}
