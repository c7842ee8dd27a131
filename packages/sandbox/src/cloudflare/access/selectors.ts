/** What a rule can look at, and the values that it needs. */
export interface Selector {
  readonly fields: readonly string[];
  /** Whether only a sign-in can tell. Bypass policies cannot have such a selector. */
  readonly identity: boolean;
}

const IDENTITY_PROVIDER = 'identity_provider_id';

/** Every selector of the API, by its name in a rule. */
export const SELECTORS: ReadonlyMap<string, Selector> = new Map([
  ['everyone', anybody()],
  ['ip', anybody('ip')],
  ['ip_list', anybody('id')],
  ['geo', anybody('country_code')],
  ['certificate', anybody()],
  ['common_name', anybody('common_name')],
  ['service_token', anybody('token_id')],
  ['any_valid_service_token', anybody()],
  ['linked_app_token', anybody('app_uid')],
  ['device_posture', anybody('integration_uid')],
  ['group', anybody('id')],
  ['email', signedIn('email')],
  ['email_domain', signedIn('domain')],
  ['email_list', signedIn('id')],
  ['login_method', signedIn('id')],
  ['auth_method', signedIn('auth_method')],
  ['auth_context', signedIn('id', 'ac_id', IDENTITY_PROVIDER)],
  ['azureAD', signedIn('id', IDENTITY_PROVIDER)],
  ['github-organization', signedIn('name', IDENTITY_PROVIDER)],
  ['gsuite', signedIn('email', IDENTITY_PROVIDER)],
  ['okta', signedIn('name', IDENTITY_PROVIDER)],
  ['saml', signedIn('attribute_name', 'attribute_value', IDENTITY_PROVIDER)],
  ['oidc', signedIn('claim_name', 'claim_value', IDENTITY_PROVIDER)],
  ['external_evaluation', signedIn('evaluate_url', 'keys_url')],
  ['user_risk_score', signedIn('user_risk_score')],
]);

function anybody(...fields: string[]): Selector {
  return { fields, identity: false };
}

function signedIn(...fields: string[]): Selector {
  return { fields, identity: true };
}
