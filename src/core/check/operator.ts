/** Checks whether an operator runs and leads. */
import type { InstalledOperator } from '../installed/operator.ts';
import { splitKey } from '../keys.ts';
import type { Finding } from './finding.ts';

const SUBJECT = 'Operator';

export interface OperatorFacts {
  readonly operators: readonly InstalledOperator[];
  /** Whether the Lease was renewed while it was watched; `undefined`: it may not be read. */
  readonly isLeading: boolean | undefined;
  /** The version of this program. */
  readonly version: string;
}

export function checkOperator({ operators, isLeading, version }: OperatorFacts): readonly Finding[] {
  return [...deploymentFindings(operators, version), ...leaderFindings(isLeading)];
}

function deploymentFindings(operators: readonly InstalledOperator[], version: string): readonly Finding[] {
  if (operators.length === 0)
    return [
      {
        subject: SUBJECT,
        status: 'unknown',
        message: 'No Deployment of it is to be seen. It may run elsewhere, or you may not read Deployments',
      },
    ];
  return operators.flatMap((operator) => [readiness(operator), ...skew(operator, version)]);
}

function readiness({ deployment, version, replicas, readyReplicas }: InstalledOperator): Finding {
  const what = `Deployment ${deployment}${version === undefined ? '' : `, version ${version}`}: ${readyReplicas} of ${replicas} ready`;
  if (replicas > 0 && readyReplicas >= replicas) return { subject: SUBJECT, status: 'ok', message: what };
  const status = readyReplicas > 0 ? 'warning' : 'failed';
  const { namespace, name } = splitKey(deployment);
  return {
    subject: SUBJECT,
    status,
    message: `${what}. See: kubectl -n ${namespace} describe pods -l app.kubernetes.io/name=${name}`,
  };
}

/** Both are released together. */
function skew({ version: theirs }: InstalledOperator, ours: string): readonly Finding[] {
  if (theirs === undefined || minorOf(theirs) === minorOf(ours)) return [];
  const message = `The operator is ${theirs} and this program is ${ours}. Use the same release of both`;
  return [{ subject: SUBJECT, status: 'warning', message }];
}

function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function leaderFindings(isLeading: boolean | undefined): readonly Finding[] {
  if (isLeading === undefined)
    return [
      { subject: SUBJECT, status: 'unknown', message: 'Whether it leads is not known: you may not read its Lease' },
    ];
  return isLeading
    ? [{ subject: SUBJECT, status: 'ok', message: 'It holds its Lease and works' }]
    : [
        {
          subject: SUBJECT,
          status: 'failed',
          message: 'Nobody renews its Lease, so nothing is reconciled. See the log of its pod',
        },
      ];
}
