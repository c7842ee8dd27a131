import { describe, expect, it } from '@jest/globals';
import {
  OPERATOR_RULES,
  USER_RULES,
  checkOperatorRights,
  checkUserRights,
  rightsOf,
} from '../../../src/core/check/rights.ts';
import { manifestsIn } from '../../support/manifests.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** `verb resource.group` of rules about objects of any name. */
function flatten(rules: readonly Rule[]): readonly string[] {
  return rules
    .filter(({ resourceNames }) => resourceNames === undefined)
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}.${group}`)),
      ),
    )
    .toSorted();
}

describe('the rights of the operator', () => {
  it('are those of the role that is installed', () => {
    const roles = manifestsIn().filter(
      ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'cftunnel-operator',
    );
    const installed = roles.flatMap((role) => flatten(role['rules'] as readonly Rule[]));

    const checked = OPERATOR_RULES.flatMap(({ group, resource, verbs }) =>
      verbs.map((verb) => `${verb} ${resource}.${group}`),
    );

    expect(checked.toSorted()).toEqual(installed);
  });

  it('in one namespace leave out what has none', () => {
    const rights = rightsOf(OPERATOR_RULES, 'shop');

    expect(rights.every(({ namespace }) => namespace === 'shop')).toBe(true);
    expect(rights.some(({ resource }) => resource === 'namespaces')).toBe(false);
  });

  it('in one namespace include those about the Gateway API if that is served, and classes are in none', () => {
    const rights = rightsOf(OPERATOR_RULES, 'shop', true);
    const list = { verb: 'list', group: 'gateway.networking.k8s.io' };

    expect(rights).toContainEqual({ ...list, resource: 'gatewayclasses' });
    expect(rights).toContainEqual({ ...list, resource: 'gateways', namespace: 'shop' });
    expect(rights).toContainEqual({ verb: 'create', group: 'cftunnel.io', resource: 'tunnels', namespace: 'shop' });
    expect(rightsOf(OPERATOR_RULES, undefined, false).filter(({ group }) => group === list.group)).toEqual([]);
  });

  it('ask for a subresource as such', () => {
    expect(rightsOf(OPERATOR_RULES, undefined)).toContainEqual({
      verb: 'patch',
      group: '',
      resource: 'services',
      subresource: 'status',
    });
  });

  it('that are missing are named', () => {
    const [right] = rightsOf(OPERATOR_RULES, undefined);

    expect(checkOperatorRights('ServiceAccount a/b', [{ right: right!, isAllowed: false }])).toEqual({
      subject: 'Operator',
      status: 'failed',
      message: 'ServiceAccount a/b lacks rights: list tunnels.cftunnel.io. Apply the roles of its release again',
    });
  });

  it('are unknown to whoever may not ask for them', () => {
    expect(checkOperatorRights('ServiceAccount a/b', undefined).status).toBe('unknown');
  });
});

describe('the rights of a user', () => {
  it('suffice for every command', () => {
    expect(
      checkUserRights(
        decide(() => true),
        'shop',
      ),
    ).toEqual([{ subject: 'Your rights in namespace shop', status: 'ok', message: 'You may use every command' }]);
  });

  it('that are missing are a warning that names the commands', () => {
    expect(
      checkUserRights(
        decide((_, resource) => resource !== 'secrets'),
        undefined,
      ),
    ).toEqual([
      {
        subject: 'Your rights in all namespaces',
        status: 'warning',
        message: 'You may not get secrets, which is needed for check, explain, plan and adopt, to ask Cloudflare',
      },
    ]);
  });
});

function decide(isAllowed: (verb: string, resource: string) => boolean) {
  return rightsOf(USER_RULES, 'shop').map((right) => ({ right, isAllowed: isAllowed(right.verb, right.resource) }));
}
