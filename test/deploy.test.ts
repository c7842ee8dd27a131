import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { DEPLOY_FOLDER, manifestsIn } from './support/manifests.ts';

interface PodTemplate {
  readonly spec: { readonly securityContext: { readonly runAsUser?: number; readonly runAsNonRoot?: boolean } };
}

// OpenShift assigns every namespace its own range of users, and rejects a pod that sets another one.
it.each(['.', 'namespaced', 'release'])('no pod in deploy/%s names a user, and none is root', (folder) => {
  const specs = manifestsIn(join(DEPLOY_FOLDER, folder)).map(({ spec }) => spec as { readonly template?: PodTemplate });
  const contexts = specs.flatMap((spec) => spec?.template?.spec.securityContext ?? []);

  expect(contexts).toHaveLength(1);
  for (const context of contexts) {
    expect(context).not.toHaveProperty('runAsUser');
    expect(context.runAsNonRoot).toBe(true);
  }
});
