import { describe, expect, it } from '@jest/globals';
import {
  OPERATOR_RULES,
  type Right,
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

/** Kinds of objects of which a right names no namespace. */
function withoutNamespace(rights: readonly Right[]): ReadonlySet<string> {
  return new Set(rights.flatMap(({ resource, namespace }) => (namespace === undefined ? resource : [])));
}

function decide(isAllowed: (right: Right) => boolean) {
  return rightsOf(USER_RULES, 'shop').map((right) => ({ right, isAllowed: isAllowed(right) }));
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

  it('in one namespace are about objects in it, and about classes of the Gateway API if that is served', () => {
    const unscoped = new Set(['namespaces', 'nodes', 'ingressclasses', 'gatewayclasses']);

    expect(withoutNamespace(rightsOf(OPERATOR_RULES, 'shop'))).toStrictEqual(new Set());
    expect(withoutNamespace(rightsOf(OPERATOR_RULES, 'shop', true))).toStrictEqual(new Set(['gatewayclasses']));
    expect(rightsOf(OPERATOR_RULES, 'shop').filter(({ resource }) => unscoped.has(resource))).toStrictEqual([]);
  });

  const RULES = [
    { group: '', resource: 'services/status', verbs: ['get', 'patch'] },
    { group: '', resource: 'nodes', verbs: ['list'], isClusterScoped: true },
    { group: 'gateway', resource: 'gateways', verbs: ['list'], isOfGatewayApi: true },
  ];
  const [GET, PATCH] = ['get', 'patch'].map((verb) => {
    return { verb, group: '', resource: 'services', subresource: 'status' };
  });
  const NODES = { verb: 'list', group: '', resource: 'nodes' };
  const GATEWAYS = { verb: 'list', group: 'gateway', resource: 'gateways' };
  const namespace = 'shop';

  it.each([
    { where: [undefined], rights: [GET, PATCH, NODES, GATEWAYS] },
    { where: [undefined, false], rights: [GET, PATCH, NODES] },
    { where: [namespace], rights: [GET, PATCH].map((right) => ({ ...right, namespace })) },
    { where: [namespace, true], rights: [GET, PATCH, GATEWAYS].map((right) => ({ ...right, namespace })) },
  ] as const)('are asked for where they are needed: $where', ({ where: [only, servesGatewayApi], rights }) => {
    expect(rightsOf(RULES, only, servesGatewayApi)).toStrictEqual(rights);
  });

  it.each([
    { decided: [true, true], status: 'ok', message: 'ServiceAccount a/b has every right that it needs' },
    {
      decided: [false, true, false],
      status: 'failed',
      message:
        'ServiceAccount a/b lacks rights: patch services/status, list gateways.gateway. Apply the roles of its release again',
    },
    {
      decided: undefined,
      status: 'unknown',
      message: 'Its rights were not checked: you may not create SubjectAccessReviews',
    },
  ])('are $status: $decided', ({ decided, status, message }) => {
    const rights = rightsOf(RULES, undefined).slice(1);
    const answers = decided?.map((isAllowed, index) => ({ right: rights[index]!, isAllowed }));

    expect(checkOperatorRights('ServiceAccount a/b', answers)).toStrictEqual({ subject: 'Operator', status, message });
  });
});

describe('the rights of a user', () => {
  it('suffice for every command', () => {
    expect(
      checkUserRights(
        decide(() => true),
        'shop',
      ),
    ).toStrictEqual([{ subject: 'Your rights in namespace shop', status: 'ok', message: 'You may use every command' }]);
  });

  it('that are missing are warnings that name the commands', () => {
    const messages = [
      'get or list tunnels, which is needed for every command',
      'list services, which is needed for get, explain and plan',
      'list ingresses, which is needed for get, explain and plan',
      'list configmaps, which is needed for explain and plan, to see what is published',
      'get secrets, which is needed for check, explain, plan and adopt, to ask Cloudflare',
      'patch tunnels, which is needed for reconcile, suspend, resume and rotate',
      'create tunnels, which is needed for adopt --apply',
    ];

    expect(
      checkUserRights(
        decide(() => false),
        undefined,
      ),
    ).toStrictEqual(
      messages.map((message) => {
        return { subject: 'Your rights in all namespaces', status: 'warning', message: `You may not ${message}` };
      }),
    );
  });

  it.each(rightsOf(USER_RULES, 'shop'))('are told apart: $verb $resource', (missing) => {
    const findings = checkUserRights(
      decide(({ verb, resource }) => verb !== missing.verb || resource !== missing.resource),
      'shop',
    );

    expect(findings.map(({ message }) => message)).toStrictEqual([
      expect.stringContaining(`You may not ${missing.verb} ${missing.resource}, `),
    ]);
  });
});
