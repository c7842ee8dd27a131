import { ApiError, refusal } from '../http/api-error.ts';
import type { Assumptions } from '../assumptions.ts';

/** The error for an invalid request body or parameter. */
export function invalidRequest(reason: string): ApiError {
  return refusal(400, 12130, `access.api.error.invalid_request: ${reason}`);
}

export function unknownApplication(): ApiError {
  return refusal(404, 11021, 'access.api.error.unknown_application');
}

/** The error for a policy or identity provider that does not exist. Assumption: for a group too. */
export function notFound(): ApiError {
  return refusal(404, 12135, 'access.api.error.not_found');
}

/** Assumption: the code. */
export function serviceTokenNotFound(): ApiError {
  return refusal(404, 12135, 'access.api.error.service_token_not_found');
}

export function serviceTokenInUse(): ApiError {
  const reason = 'cannot delete service token because it is used by a policy, group, or app SCIM configuration.';
  return refusal(400, 12139, `access.api.error.service_token_in_use: ${reason}`);
}

export function applicationExists(): ApiError {
  return refusal(409, 11010, 'access.api.error.application_already_exists');
}

export function policyInUse({ policyInUse: { status, code, message } }: Assumptions): ApiError {
  return refusal(status, code, message);
}

/** Every endpoint of Access answers so in an account without a Zero Trust organization. */
export function notEnabled({ accessNotEnabledStatus: status }: Assumptions): ApiError {
  const advice = "Visit the Access dashboard at https://dash.cloudflare.com/ and click the 'Enable Access' button.";
  return refusal(status, 9999, `access.api.error.not_enabled: Access is not enabled. ${advice}`);
}
