import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Kubectl, hasKubectl } from 'cftunnel-sandbox/testing/kubectl';
import { service, tunnel } from '../support/world-objects.ts';
import { becomes, exposed, refused } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const isInstalled = hasKubectl();
const LEFT_OUT = isInstalled ? '' : ' (LEFT OUT: there is no kubectl)';

const world = useWorld();
let kubectl: Kubectl;

/** The objects to view: a working Tunnel, one without its Secret, and a Service that its Tunnel does not admit. */
beforeAll(async () => {
  kubectl = new Kubectl(kubeconfigFor(world.kubeUrl));
  await world.addNamespace('seen');
  await world.kube.create(tunnel('seen/home', { allowedRoutes: { hostnames: ['*.example.com'] } }));
  await world.kube.create(tunnel('seen/lost', { credentialsRef: { name: 'nowhere' } }));
  await world.kube.create(service('seen/web', { tunnel: 'home', hostname: 'web.example.com' }));
  await world.kube.create(service('seen/guest', { tunnel: 'home', hostname: 'guest.example.org' }));
  await exposed(world, 'seen/web', ['web.example.com']);
  await refused(world, 'seen/guest', 'NotAllowed');
  await becomes(world, ['Tunnel', 'seen/lost'], 'Ready', { status: 'False', reason: 'SecretNotFound' });
  await world.settled();
});
afterAll(() => kubectl.remove());

it(`kubectl wait returns once a Service is exposed, and explain describes a field${LEFT_OUT}`, async () => {
  if (!isInstalled) return;
  const waited = await printed('wait service/web -n seen --for=condition=cftunnel.io/Exposed --timeout=30s');
  const explained = await printed('explain tunnel.spec.originRequest.connectTimeout');

  expect(waited).toEqual(['service/web condition met']);
  expect(explained.join(' ')).toContain('Timeout for establishing a connection to the origin.');
});

it(`kubectl describe service ends with the Warning and its next step${LEFT_OUT}`, async () => {
  if (!isInstalled) return;
  const rows = await printed('describe service -n seen guest');

  expect(rows.at(-1)).toMatch(
    /^Warning . NotAllowed . \S+ . cftunnel-operator . Tunnel seen\/home does not admit guest\.example\.org; it admits \*\.example\.com\. Choose such a hostname/,
  );
});

/** The output lines of a command, with columns separated by a bar. */
async function printed(command: string): Promise<readonly string[]> {
  const { stdout } = await kubectl.run(command);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/).join(' | '));
}

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'world', cluster: { server } }],
    contexts: [{ name: 'world', context: { cluster: 'world', user: 'user' } }],
    users: [{ name: 'user', user: {} }],
    'current-context': 'world',
  });
}
