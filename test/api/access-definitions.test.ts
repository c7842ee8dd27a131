/** How the API server handles Access policies and service tokens with the shipped definitions. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KubernetesSandbox, startKubernetes } from 'cftunnel-sandbox/kubernetes/server';
import { Client } from 'cftunnel-sandbox/testing/kubernetes-client';
import { DEFINITIONS } from 'cftunnel-sandbox/testing/objects';
import { definitions } from '../support/definitions.ts';

const FOLDER = '/apis/cftunnel.io/v1alpha1/namespaces/default';
const ID = '11111111-2222-4333-8444-555555555555';

let sandbox: KubernetesSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
  for (const definition of definitions()) await client.post(DEFINITIONS, { ...definition });
});
afterAll(() => sandbox.stop());

function complaintsAbout(kind: 'AccessPolicy' | 'AccessServiceToken', spec: object): Promise<string[]> {
  const plural = kind === 'AccessPolicy' ? 'accesspolicies' : 'accessservicetokens';
  const metadata = { name: 'a', namespace: 'default' };
  return client.complaints(`${FOLDER}/${plural}`, { apiVersion: 'cftunnel.io/v1alpha1', kind, metadata, spec });
}

describe('an AccessPolicy', () => {
  it.each([
    { email: 'ann@example.com' },
    { emailDomain: 'example.com' },
    { emailList: ID },
    { ip: '203.0.113.7' },
    { ip: '2001:db8::/32' },
    { ipList: ID },
    { country: 'DE' },
    { everyone: {} },
    { group: 'Staff of the shop' },
    { loginMethod: ID },
    { authMethod: 'mfa' },
    { serviceToken: 'robot' },
    { anyServiceToken: {} },
    { certificate: {} },
    { commonName: 'robot.example.com' },
    { githubOrganization: { loginMethod: 'GitHub', name: 'example', team: 'web' } },
    { googleGroup: { loginMethod: 'Google', email: 'web@example.com' } },
    { azureGroup: { loginMethod: 'Entra', id: ID } },
    { oktaGroup: { loginMethod: 'Okta', name: 'web' } },
    { samlAttribute: { loginMethod: 'SAML', name: 'team', value: 'web' } },
    { oidcClaim: { loginMethod: 'OIDC', name: 'team', value: 'web' } },
  ])('may have the rule %j in each of its lists', async (rule) => {
    const spec = { decision: 'Allow', include: [rule], require: [rule], exclude: [rule] };

    expect(await complaintsAbout('AccessPolicy', spec)).toEqual([]);
  });

  it.each([
    { rule: {}, says: 'exactly one kind of rule' },
    { rule: { email: 'ann@example.com', country: 'DE' }, says: 'exactly one kind of rule' },
    { rule: { everyone: {}, ip: '203.0.113.7' }, says: 'exactly one kind of rule' },
    { rule: { emails: 'ann@example.com' }, says: 'exactly one kind of rule' },
    { rule: { email: 'example.com' }, says: 'spec.include[0].email' },
    { rule: { emailDomain: '@example.com' }, says: 'spec.include[0].emailDomain' },
    { rule: { ip: 'office' }, says: 'spec.include[0].ip' },
    { rule: { country: 'Germany' }, says: 'spec.include[0].country' },
    { rule: { githubOrganization: { name: 'example' } }, says: 'loginMethod' },
  ])('is refused with what is wrong with the rule $rule', async ({ rule, says }) => {
    const spec = { decision: 'Allow', include: [rule] };

    expect((await complaintsAbout('AccessPolicy', spec)).join('\n')).toContain(says);
  });

  it.each([
    { spec: {}, says: 'either decision and include, or existing' },
    { spec: { decision: 'Allow' }, says: 'at least one rule' },
    { spec: { decision: 'Allow', include: [] }, says: 'at least one rule' },
    { spec: { decision: 'allow', include: [{ everyone: {} }] }, says: 'spec.decision' },
    { spec: { existing: { id: ID }, decision: 'Allow' }, says: 'either decision and include, or existing' },
    { spec: { existing: { id: ID }, exclude: [{ country: 'DE' }] }, says: 'existing excludes include' },
    { spec: { existing: { id: 'staff' } }, says: 'spec.existing.id' },
  ])('is refused with what is wrong with $spec', async ({ spec, says }) => {
    expect((await complaintsAbout('AccessPolicy', spec)).join('\n')).toContain(says);
  });

  it('may be one that was made elsewhere', async () => {
    expect(await complaintsAbout('AccessPolicy', { existing: { id: ID } })).toEqual([]);
  });
});

describe('an AccessServiceToken', () => {
  const TOKEN = { tunnelRef: { name: 'home' }, secretName: 'robot' };

  it.each([
    {},
    { duration: 'forever' },
    { duration: '8760h' },
    { rotation: { schedule: '0 3 1 * *', overlap: '48h' } },
  ])('may have the fields %j', async (fields) => {
    expect(await complaintsAbout('AccessServiceToken', { ...TOKEN, ...fields })).toEqual([]);
  });

  it.each([
    { fields: { duration: '1y' }, says: 'spec.duration' },
    { fields: { duration: '1m' }, says: 'at least 1h' },
    { fields: { secretName: 'Robot' }, says: 'spec.secretName' },
    { fields: { rotation: { schedule: '@daily' } }, says: 'must have five fields' },
    { fields: { rotation: { schedule: '0 3 1 * *', overlap: '9000h' } }, says: 'at most 8760h' },
    { fields: { rotation: { schedule: '0 3 1 * *', timeZone: 'Europe/Bonn' } }, says: 'a time zone that exists' },
  ])('is refused with what is wrong with $fields', async ({ fields, says }) => {
    expect((await complaintsAbout('AccessServiceToken', { ...TOKEN, ...fields })).join('\n')).toContain(says);
  });
});
