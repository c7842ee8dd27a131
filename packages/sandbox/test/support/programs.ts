import { describe } from '@jest/globals';
import { findEnvoy } from '../../src/kubelet/images/find-envoy.ts';

/** Groups tests that need the real Envoy. Where it is missing they are left out, and their title says so. */
export function describeWithEnvoy(title: string, body: () => void): void {
  const isMissing = findEnvoy(process.env) === undefined;
  const group = isMissing ? describe.skip : describe;
  group(`${title}${isMissing ? ' (left out: needs envoy, see ENVOY_BIN)' : ''}`, () => {
    body();
  });
}
