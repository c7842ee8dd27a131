/** Previews of changes to the objects of a cluster. */
import type { KubeObject } from '../../../src/api/objects.ts';
import { type Preview, type PreviewFacts, previewOf } from '../../../src/core/preview/preview.ts';
import type { RecordOutlook } from '../../../src/core/preview/record-changes.ts';
import { aService, aTunnel } from '../../support/builders.ts';
import { routed } from '../../support/routed.ts';

export const HOME = aTunnel('shop/home');
export const WEB = aService('shop/web', {
  hostname: 'app.example.com',
  tunnel: 'home',
  createdAt: '2025-01-01T00:00:00Z',
});
/** By default, every object is in the files. */
export function preview(
  before: readonly KubeObject[],
  after: readonly KubeObject[],
  facts: Partial<PreviewFacts> = {},
): Preview {
  const first = routed(before);
  const second = routed(after, { before: first });
  return previewOf({ before: first, after: second, records: new Map(), isInFiles: () => true, ...facts });
}

export function outlook(parts: Partial<RecordOutlook>): ReadonlyMap<string, RecordOutlook> {
  return new Map([['shop/home', { changes: [], problems: new Map(), warnings: new Map(), ...parts }]]);
}
