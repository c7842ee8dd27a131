import { AUDIENCE } from '../access/tokens.ts';
import { invalidField, refuseInvalid } from '../field-error.ts';
import { arrayOrEmpty, objectOrEmpty, textOf } from '../json.ts';
import { timestamp } from '../registry/cluster.ts';
import { getObject, type Target } from '../registry/operations.ts';
import { decodeOrRefuse, requireKind } from '../registry/typed-body.ts';
import { authenticationV1TokenRequest } from '../schema/built-in.gen.ts';
import type { ApiRequest } from './api-request.ts';
import { type Answer, json } from './answer.ts';
import { parseObject } from './body.ts';

const TOKEN_REQUEST = {
  group: 'authentication.k8s.io',
  version: 'v1',
  plural: 'tokenrequests',
  kind: 'TokenRequest',
};
const DEFAULT_SECONDS = 3600;
const LEAST_SECONDS = 600;

/** POST serviceaccounts/token, as `kubectl create token` and the kubelet send it. */
export function handleTokenRequest(request: ApiRequest, target: Target): Answer {
  const { cluster } = request;
  const body = requireKind(parseObject(request.body, request.contentType), TOKEN_REQUEST);
  const spec = objectOrEmpty(decodeOrRefuse(body, authenticationV1TokenRequest, TOKEN_REQUEST).value['spec']);
  const seconds = Number(spec['expirationSeconds'] ?? DEFAULT_SECONDS);
  checkExpiration(seconds);
  const requested = arrayOrEmpty(spec['audiences']).map(textOf);
  const audiences = requested.length === 0 ? [AUDIENCE] : requested;
  const account = getObject(cluster, target);
  const issuedAt = Math.floor(cluster.now() / 1000);
  const expiresAt = issuedAt + seconds;
  return json(201, {
    kind: TOKEN_REQUEST.kind,
    apiVersion: `${TOKEN_REQUEST.group}/${TOKEN_REQUEST.version}`,
    metadata: { name: target.name, namespace: target.namespace, creationTimestamp: timestamp(issuedAt * 1000) },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef: spec['boundObjectRef'] ?? null },
    status: {
      token: cluster.tokens.issue(account, audiences, issuedAt, expiresAt),
      expirationTimestamp: timestamp(expiresAt * 1000),
    },
  });
}

function checkExpiration(seconds: number): void {
  if (seconds >= LEAST_SECONDS) return;
  refuseInvalid(TOKEN_REQUEST, '', [
    invalidField('spec.expirationSeconds', seconds, 'may not specify a duration less than 10 minutes'),
  ]);
}
