import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/api/objects.ts';
import { encodeRoutes } from '../../../src/core/published-routes/routes-json.ts';
import { objectChange, objectRemoved } from '../../../src/core/manifests/object-change.ts';
import { aRoute } from '../../support/routes.ts';

function anObject(kind: string, stamp: string, rest: object = {}): KubeObject {
  const annotations = { 'cftunnel.io/manifest-hash': stamp };
  return { apiVersion: 'v1', kind, metadata: { namespace: 'shop', name: 'home-cloudflared', annotations }, ...rest };
}

function aDeployment(stamp: string, replicas: number, rules: string, image = 'cloudflared:1'): KubeObject {
  const annotations = { 'cftunnel.io/config-hash': rules };
  const template = { metadata: { annotations }, spec: { containers: [{ name: 'cloudflared', image }] } };
  return anObject('Deployment', stamp, { spec: { replicas, template } });
}

function aConfigMap(stamp: string, ...hostnames: readonly string[]): KubeObject {
  return anObject('ConfigMap', stamp, { data: { 'routes.json': encodeRoutes(hostnames.map((name) => aRoute(name))) } });
}

const NAME = 'shop/home-cloudflared';

describe('objectChange', () => {
  it.each([
    {
      what: 'a new object',
      before: undefined,
      after: anObject('ServiceAccount', 'a'),
      says: `ObjectCreated: ServiceAccount ${NAME} was created`,
    },
    {
      what: 'another manifest',
      before: anObject('NetworkPolicy', 'a', { spec: { ingress: [] } }),
      after: anObject('NetworkPolicy', 'b', { spec: { egress: [{}] } }),
      says: `ObjectUpdated: NetworkPolicy ${NAME} was updated`,
    },
    {
      what: 'an edit by somebody else',
      before: anObject('Deployment', 'a'),
      after: anObject('Deployment', 'a'),
      says: `ObjectRepaired: Deployment ${NAME} was restored after somebody else had changed it`,
    },
    {
      what: 'the first rule',
      before: undefined,
      after: aConfigMap('a', 'app.example.com'),
      says: `RulesPublished: 1 rule was published in ConfigMap ${NAME}`,
    },
    {
      what: 'other rules',
      before: aConfigMap('a', 'app.example.com'),
      after: aConfigMap('b', 'app.example.com', 'api.example.com'),
      says: `RulesPublished: 2 rules were published in ConfigMap ${NAME}`,
    },
    {
      what: 'another number of connectors',
      before: aDeployment('a', 2, 'rules'),
      after: aDeployment('b', 4, 'rules'),
      says: `ConnectorsScaled: Deployment ${NAME} was scaled from 2 to 4 connectors`,
    },
    {
      what: 'connectors for other rules',
      before: aDeployment('a', 2, 'rules'),
      after: aDeployment('b', 2, 'more rules'),
      says: `ConnectorsReplaced: The connectors of Deployment ${NAME} are being replaced one after the other: rules have changed`,
    },
    {
      what: 'connectors for another image',
      before: aDeployment('a', 2, 'rules'),
      after: aDeployment('b', 2, 'rules', 'cloudflared:2'),
      says: `ConnectorsReplaced: The connectors of Deployment ${NAME} are being replaced one after the other: settings or credentials have changed`,
    },
    {
      what: 'another owner, for which no connector is replaced',
      before: aDeployment('a', 2, 'rules'),
      after: aDeployment('b', 2, 'rules'),
      says: `ObjectUpdated: Deployment ${NAME} was updated`,
    },
  ])('describes $what', ({ before, after, says }) => {
    const { reason, message, entries } = objectChange(before, after);

    expect(`${reason}: ${message}`).toBe(says);
    expect(entries).toMatchObject([{ object: `${after.kind} ${NAME}` }]);
  });
});

it('objectRemoved names the object', () => {
  expect(objectRemoved(anObject('PodDisruptionBudget', 'a'))).toEqual({
    reason: 'ObjectRemoved',
    message: `PodDisruptionBudget ${NAME} was removed`,
    entries: [{ object: `PodDisruptionBudget ${NAME}` }],
  });
});
