import { expect, it } from '@jest/globals';
import type { TunnelStatus } from '../../../src/api/tunnel.gen.ts';
import { isReconcileRequested, reconcileRequest } from '../../../src/core/tunnel/reconcile-request.ts';
import { aTunnel } from '../../support/builders.ts';

it.each<{ asked: string | undefined; status: TunnelStatus | undefined; isRequested: boolean }>([
  { asked: undefined, status: undefined, isRequested: false },
  { asked: undefined, status: { reconcile: { handled: 'a' } }, isRequested: false },
  { asked: 'b', status: undefined, isRequested: true },
  { asked: 'b', status: {}, isRequested: true },
  { asked: 'b', status: { reconcile: { handled: 'a' } }, isRequested: true },
  { asked: 'b', status: { reconcile: { handled: 'b' } }, isRequested: false },
])(
  'a Tunnel with the request $asked and the status $status is read anew: $isRequested',
  ({ asked, status, isRequested }) => {
    const annotations = asked === undefined ? {} : { 'cftunnel.io/reconcile': asked };
    const tunnel = aTunnel('shop/home', { annotations, ...(status === undefined ? {} : { status }) });

    expect([reconcileRequest(tunnel), isReconcileRequested(tunnel)]).toStrictEqual([asked, isRequested]);
  },
);
