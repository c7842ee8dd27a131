import { describe, expect, it } from '@jest/globals';
import { foreignTarget } from '../../../../src/core/sources/backend/external-name.ts';
import { aService } from '../../../support/builders.ts';

describe('an ExternalName', () => {
  it.each([
    'db.example.org',
    'notlocalhost',
    'localhost.example.org',
    'web.shop.svc',
    'web.shop.svc.cluster.local',
    'svc.example.com',
    'a.svc.example.com',
  ])('may be an alias of %s', (externalName) => {
    expect(foreignTarget(external(externalName))).toBeUndefined();
  });

  it.each([
    'db.blog.svc',
    'db.blog.svc.cluster.local',
    'DB.Blog.SVC.Cluster.Local.',
    'db.blog.svc.k8s.example.com',
    'db-0.db.blog.svc.cluster.local',
    '10-0-0-7.blog.pod.cluster.local',
  ])('must not be an alias of %s, which is in another namespace', (externalName) => {
    expect(foreignTarget(external(externalName))).toMatchObject({
      reason: 'NotAllowed',
      message: expect.stringContaining('Annotate the Service in blog instead'),
    });
  });

  it.each(['localhost', 'any.localhost.'])('must not be an alias of the connectors: %s', (externalName) => {
    expect(foreignTarget(external(externalName))).toEqual({
      reason: 'NotAllowed',
      message: `The Service is an ExternalName for ${externalName.replace(/\.$/, '')}, which would be the connectors themselves. Name the host that is meant in spec.externalName`,
    });
  });

  it('is checked only if the type is ExternalName', () => {
    const service = external('db.blog.svc');

    expect(foreignTarget({ ...service, spec: { ...service.spec, type: 'ClusterIP' } })).toBeUndefined();
  });
});

function external(externalName: string) {
  return { ...aService('shop/web'), spec: { ports: [{ port: 80 }], type: 'ExternalName', externalName } };
}
