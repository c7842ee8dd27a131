import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { healthOf } from '../support/argocd-health.ts';
import type { KubeObject } from '../support/kube-client.ts';
import { DEPLOY_FOLDER } from '../support/manifests.ts';
import { describeWith } from '../support/programs.ts';
import { recordedStates } from '../support/recorded-states.ts';

const FOLDER = join(DEPLOY_FOLDER, 'argocd');

const HEALTH_OF_STATES: Readonly<Record<string, string>> = {
  'Tunnel just applied': 'Progressing',
  'Tunnel ready': 'Healthy',
  'Tunnel without its Secret': 'Degraded',
  'Tunnel scaled to zero': 'Suspended',
  'Tunnel whose connectors cannot start': 'Progressing',
  'Tunnel ready while connectors roll': 'Progressing',
  'Tunnel suspended': 'Suspended',
  'Tunnel changed since': 'Progressing',
  'Tunnel being deleted': 'Progressing',
  'Service just applied': 'Progressing',
  'Service exposed': 'Healthy',
  'Service refused': 'Degraded',
  'Service of a suspended Tunnel': 'Progressing',
  'Service without connectors': 'Progressing',
  'Service without pods': 'Progressing',
  'Service that asks for nothing': 'Healthy',
  'AccessPolicy just applied': 'Progressing',
  'AccessPolicy at Cloudflare': 'Healthy',
  'AccessPolicy that nobody uses': 'Healthy',
  'AccessPolicy with a rule that cannot be met': 'Degraded',
  'AccessPolicy changed since': 'Progressing',
  'AccessServiceToken just applied': 'Progressing',
  'AccessServiceToken in its Secret': 'Healthy',
  'AccessServiceToken without its Tunnel': 'Progressing',
  'AccessServiceToken being deleted': 'Progressing',
};

describe('argocd-cm.yaml', () => {
  it('holds the scripts under the keys of their kinds, and no other key', () => {
    const { metadata, data } = load(readFileSync(join(FOLDER, 'argocd-cm.yaml'), 'utf8')) as KubeObject;

    expect(metadata).toMatchObject({ name: 'argocd-cm', namespace: 'argocd' });
    expect(data).toEqual({
      'resource.customizations.health.cftunnel.io_Tunnel': readFileSync(join(FOLDER, 'tunnel.lua'), 'utf8'),
      'resource.customizations.health.cftunnel.io_AccessPolicy': readFileSync(join(FOLDER, 'access.lua'), 'utf8'),
      'resource.customizations.health.cftunnel.io_AccessServiceToken': readFileSync(join(FOLDER, 'access.lua'), 'utf8'),
      'resource.customizations.health.Service': readFileSync(join(FOLDER, 'service.lua'), 'utf8'),
    });
  });
});

describeWith('lua', 'the health of what the operator wrote', (lua) => {
  it('is decided for every recorded state', () => {
    const found = recordedStates().map(({ name, object }) => [name, healthOf(lua, object).status]);

    expect(Object.fromEntries(found)).toEqual(HEALTH_OF_STATES);
  });
});
