import type { Attributes } from '../access/attributes.ts';
import { userOf } from '../access/authenticate.ts';
import type { Authorizer } from '../access/authorizer.ts';
import { AUDIENCE } from '../access/tokens.ts';
import { namedUser, type User } from '../access/user.ts';
import { arrayOrEmpty, isObject, type JsonObject, objectOrEmpty, textOf } from '../json.ts';
import { methodNotAllowed } from '../status-error.ts';
import type { ApiRequest } from './api-request.ts';
import { type Answer, json } from './answer.ts';
import { parseObject } from './body.ts';

type Reviewer = (request: ApiRequest, spec: JsonObject) => JsonObject;

/** Fills in the status of a review, by kind. */
const REVIEWERS: Readonly<Record<string, Reviewer>> = {
  SelfSubjectReview: ({ user }) => ({ userInfo: userInfo(user) }),
  TokenReview: reviewToken,
  SelfSubjectAccessReview: ({ cluster, user }, spec) => reviewAccess(cluster.authorizer, user, spec),
  SelfSubjectRulesReview: ({ cluster, user }, spec) => listRules(cluster.authorizer, user, textOf(spec['namespace'])),
  SubjectAccessReview: ({ cluster }, spec) => {
    const groups = arrayOrEmpty(spec['groups']).map(textOf);
    return reviewAccess(cluster.authorizer, namedUser(textOf(spec['user']), groups), spec);
  },
};

/** POST of a review. Returns it with its status, and stores nothing. */
export function handleReview(request: ApiRequest): Answer {
  const { method, resource, name } = request;
  if (method !== 'POST' || name !== undefined) throw methodNotAllowed();
  const { object } = resource.strategy.decode(parseObject(request.body, request.contentType));
  const status = REVIEWERS[resource.kind]?.(request, objectOrEmpty(object['spec'])) ?? {};
  return json(201, { ...object, status });
}

function userInfo({ name, uid, groups }: User): JsonObject {
  return { username: name, ...(uid === undefined ? {} : { uid }), groups };
}

function reviewToken({ cluster }: ApiRequest, { token }: JsonObject): JsonObject {
  const user = userOf(cluster, textOf(token));
  if (user === undefined) return { user: {}, error: 'invalid bearer token' };
  return { authenticated: true, user: userInfo(user), audiences: [AUDIENCE] };
}

function reviewAccess(authorizer: Authorizer, user: User, spec: JsonObject): JsonObject {
  const { isAllowed, reason } = authorizer.decide(user, attributesIn(spec));
  return { allowed: isAllowed, ...(reason === '' ? {} : { reason }) };
}

function attributesIn({ resourceAttributes, nonResourceAttributes }: JsonObject): Attributes {
  if (!isObject(resourceAttributes)) {
    const { path, verb } = objectOrEmpty(nonResourceAttributes);
    return { path: textOf(path), verb: textOf(verb) };
  }
  const { verb, group, resource, subresource, namespace, name } = resourceAttributes;
  return {
    verb: textOf(verb),
    group: textOf(group),
    resource: textOf(resource),
    subresource: textOf(subresource),
    namespace: textOf(namespace),
    name: textOf(name),
  };
}

function listRules(authorizer: Authorizer, user: User, namespace: string): JsonObject {
  const rules = authorizer.rulesOf(user, namespace);
  return {
    resourceRules: rules
      .filter(({ resources = [] }) => resources.length > 0)
      .map(({ verbs, apiGroups, resources, resourceNames }) => ({ verbs, apiGroups, resources, resourceNames })),
    nonResourceRules: rules
      .filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: false,
  };
}
