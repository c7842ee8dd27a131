import type { DecidedRight, Right } from '../../core/check/rights.ts';
import { ApiError, asOperatorError } from './api-error.ts';
import type { RestClient } from './rest-client.ts';

const PATH = '/apis/authorization.k8s.io/v1';

/** Whose rights are asked for, and with which kind of object. */
interface Question {
  readonly kind: 'SelfSubjectAccessReview' | 'SubjectAccessReview';
  readonly subject: object;
}

const OWN: Question = { kind: 'SelfSubjectAccessReview', subject: {} };

interface Review {
  readonly status?: { readonly allowed?: boolean };
}

/** Asks which rights the user has. Nothing is stored. */
export async function reviewOwnRights(rest: RestClient, rights: readonly Right[]): Promise<readonly DecidedRight[]> {
  return Promise.all(rights.map((right) => review(rest, OWN, right)));
}

/** Asks which rights a service account has; `undefined`: the user may not ask. */
export async function reviewRightsOf(
  rest: RestClient,
  account: { readonly namespace: string; readonly name: string },
  rights: readonly Right[],
): Promise<readonly DecidedRight[] | undefined> {
  const { namespace, name } = account;
  const subject = {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
  const question: Question = { kind: 'SubjectAccessReview', subject };
  const [first, ...others] = rights;
  if (first === undefined) return [];
  try {
    const decided = await review(rest, question, first);
    return [decided, ...(await Promise.all(others.map((right) => review(rest, question, right))))];
  } catch (error) {
    if (error instanceof Error && error.cause instanceof ApiError && error.cause.code === 403) return undefined;
    throw error;
  }
}

async function review(rest: RestClient, { kind, subject }: Question, right: Right): Promise<DecidedRight> {
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind,
    spec: { ...subject, resourceAttributes: right },
  };
  try {
    const { status } = await rest.json<Review>('POST', `${PATH}/${kind.toLowerCase()}s`, { body });
    return { right, isAllowed: status?.allowed === true };
  } catch (error) {
    throw asOperatorError(error, `ask for rights (${kind})`);
  }
}
