import { describe } from '@jest/globals';
import { findEnvoy } from '../../src/kubelet/images/find-envoy.ts';

/** Groups tests that need the real Envoy. Where it is missing they are left out, and their title says so. */
export function describeWithEnvoy(title: string, body: (program: string) => void): void {
  const program = findEnvoy(process.env);
  if (program !== undefined) describe(title, () => body(program));
  else describe.skip(`${title} (left out: needs envoy, see ENVOY_BIN)`, () => body('envoy'));
}
