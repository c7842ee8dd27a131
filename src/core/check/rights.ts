/** Which rights the operator and its users need, and what follows from a missing one. */
import { listed } from '../quote.ts';
import type { Finding } from './finding.ts';

/** A right to ask the API server about. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Absent: in all namespaces, or of an object without one. */
  readonly namespace?: string;
}

export interface DecidedRight {
  readonly right: Right;
  readonly isAllowed: boolean;
}

interface Rule {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  /** The objects have no namespace. */
  readonly isClusterScoped?: boolean;
  /** An operator of one namespace needs it only if it serves the Gateway API. */
  readonly isOfGatewayApi?: boolean;
}

const ALL = ['get', 'list', 'watch', 'create', 'patch', 'delete'] as const;

/** The ClusterRole of the operator, as far as the operator needs it to run. */
export const OPERATOR_RULES: readonly Rule[] = [
  { group: 'cftunnel.io', resource: 'tunnels', verbs: ['list', 'watch', 'patch', 'delete'] },
  { group: 'cftunnel.io', resource: 'tunnels/status', verbs: ['patch'] },
  { group: 'cftunnel.io', resource: 'tunnels/finalizers', verbs: ['update'] },
  { group: 'cftunnel.io', resource: 'accesspolicies', verbs: ['list', 'watch', 'patch'] },
  { group: 'cftunnel.io', resource: 'accesspolicies/status', verbs: ['patch'] },
  { group: 'cftunnel.io', resource: 'accessservicetokens', verbs: ['list', 'watch', 'patch', 'delete'] },
  { group: 'cftunnel.io', resource: 'accessservicetokens/status', verbs: ['patch'] },
  { group: 'cftunnel.io', resource: 'accessservicetokens/finalizers', verbs: ['update'] },
  { group: '', resource: 'services', verbs: ['list', 'watch', 'patch'] },
  { group: '', resource: 'services/status', verbs: ['patch'] },
  { group: 'networking.k8s.io', resource: 'ingresses', verbs: ['list', 'watch', 'patch'] },
  { group: 'networking.k8s.io', resource: 'ingresses/status', verbs: ['patch'] },
  { group: '', resource: 'secrets', verbs: ['get', 'create', 'patch', 'delete'] },
  { group: '', resource: 'configmaps', verbs: ALL },
  { group: '', resource: 'serviceaccounts', verbs: ALL },
  { group: 'apps', resource: 'deployments', verbs: ALL },
  { group: 'policy', resource: 'poddisruptionbudgets', verbs: ALL },
  { group: 'networking.k8s.io', resource: 'networkpolicies', verbs: ALL },
  { group: '', resource: 'events', verbs: ['create', 'patch', 'list'] },
  { group: '', resource: 'pods', verbs: ['list', 'patch'] },
  { group: 'discovery.k8s.io', resource: 'endpointslices', verbs: ['list', 'watch'] },
  { group: '', resource: 'namespaces', verbs: ['list', 'watch'], isClusterScoped: true },
  { group: 'networking.k8s.io', resource: 'ingressclasses', verbs: ['list', 'watch'], isClusterScoped: true },
  { group: '', resource: 'nodes', verbs: ['list', 'watch'], isClusterScoped: true },
  ...gatewayRules('gatewayclasses', 'listenersets', 'backendtlspolicies', 'referencegrants').read,
  ...gatewayRules('gatewayclasses', 'gateways', 'listenersets', 'backendtlspolicies', 'httproutes', 'grpcroutes')
    .status,
  ...gatewayRules('gateways', 'httproutes', 'grpcroutes').source,
  { group: 'cftunnel.io', resource: 'tunnels', verbs: ['create'], isOfGatewayApi: true },
];

/** Rules about kinds of the Gateway API, of which only classes are in no namespace. */
function gatewayRules(...resources: readonly string[]) {
  const rules = (verbs: readonly string[], suffix = ''): readonly Rule[] =>
    resources.map((resource) => ({
      group: 'gateway.networking.k8s.io',
      resource: `${resource}${suffix}`,
      verbs,
      isOfGatewayApi: true,
      ...(resource === 'gatewayclasses' ? { isClusterScoped: true } : {}),
    }));
  return {
    read: rules(['list', 'watch']),
    source: rules(['list', 'watch', 'patch']),
    status: rules(['patch'], '/status'),
  };
}

/** What the commands of this program need. */
export const USER_RULES: readonly (Rule & { readonly commands: string })[] = [
  { group: 'cftunnel.io', resource: 'tunnels', verbs: ['get', 'list'], commands: 'every command' },
  { group: '', resource: 'services', verbs: ['list'], commands: 'get, explain and plan' },
  { group: 'networking.k8s.io', resource: 'ingresses', verbs: ['list'], commands: 'get, explain and plan' },
  { group: '', resource: 'configmaps', verbs: ['list'], commands: 'explain and plan, to see what is published' },
  { group: '', resource: 'secrets', verbs: ['get'], commands: 'check, explain, plan and adopt, to ask Cloudflare' },
  { group: 'cftunnel.io', resource: 'tunnels', verbs: ['patch'], commands: 'reconcile, suspend, resume and rotate' },
  { group: 'cftunnel.io', resource: 'tunnels', verbs: ['create'], commands: 'adopt --apply' },
];

/** `namespace`: the only one that counts; absent: all. */
export function rightsOf(
  rules: readonly Rule[],
  namespace: string | undefined,
  servesGatewayApi = namespace === undefined,
): readonly Right[] {
  return rules
    .filter(({ isClusterScoped, isOfGatewayApi }) =>
      isOfGatewayApi === true ? servesGatewayApi : namespace === undefined || isClusterScoped !== true,
    )
    .flatMap(({ group, resource, verbs, isClusterScoped }) => {
      const [plural = '', subresource] = resource.split('/');
      return verbs.map((verb) => ({
        verb,
        group,
        resource: plural,
        ...(subresource === undefined ? {} : { subresource }),
        ...(namespace === undefined || isClusterScoped === true ? {} : { namespace }),
      }));
    });
}

/** `undefined`: nobody but an administrator may ask. */
export function checkOperatorRights(account: string, decided: readonly DecidedRight[] | undefined): Finding {
  const subject = 'Operator';
  if (decided === undefined)
    return {
      subject,
      status: 'unknown',
      message: 'Its rights were not checked: you may not create SubjectAccessReviews',
    };
  const missing = decided.filter(({ isAllowed }) => !isAllowed).map(({ right }) => describe(right));
  if (missing.length === 0) return { subject, status: 'ok', message: `${account} has every right that it needs` };
  const message = `${account} lacks rights: ${listed(missing)}. Apply the roles of its release again`;
  return { subject, status: 'failed', message };
}

/** A user without a right can still use the other commands. */
export function checkUserRights(decided: readonly DecidedRight[], namespace: string | undefined): readonly Finding[] {
  const subject = namespace === undefined ? 'Your rights in all namespaces' : `Your rights in namespace ${namespace}`;
  const lacking = USER_RULES.flatMap(({ group, resource, verbs, commands }) => {
    const missing = verbs.filter((verb) =>
      decided.some(
        ({ right, isAllowed }) =>
          !isAllowed && right.verb === verb && right.group === group && right.resource === resource,
      ),
    );
    return missing.length === 0
      ? []
      : [
          {
            subject,
            status: 'warning',
            message: `You may not ${listed(missing, ' or ')} ${resource}, which is needed for ${commands}`,
          } as const,
        ];
  });
  return lacking.length > 0 ? lacking : [{ subject, status: 'ok', message: 'You may use every command' }];
}

function describe({ verb, group, resource, subresource }: Right): string {
  const full = subresource === undefined ? resource : `${resource}/${subresource}`;
  return `${verb} ${full}${group === '' ? '' : `.${group}`}`;
}
