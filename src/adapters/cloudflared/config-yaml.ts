import { dump } from 'js-yaml';
import type { CloudflaredConfig, IngressRule } from '../../core/ingress/rule.ts';

const STYLE = { lineWidth: -1, noRefs: true } as const;

/** Rules that are rendered at a time. */
const CHUNK = 32;

const HEADING = 'ingress:\n';

/**
 * Renders `config.yaml`. Keys keep the order of the object, without folding and anchors, so that equal rules are equal
 * bytes.
 *
 * There is always at least the catch-all rule. Rules are rendered in chunks, because js-yaml builds a tree of its input:
 * 4 MB for a thousand rules, enough to be promoted to the old generation of the heap.
 */
export function renderConfig({ ingress, ...head }: CloudflaredConfig): string {
  const chunks = Array.from({ length: Math.ceil(ingress.length / CHUNK) }, (_, index) =>
    renderRules(ingress.slice(index * CHUNK, (index + 1) * CHUNK)),
  );
  return `${dump(head, STYLE)}${HEADING}${chunks.join('')}`;
}

function renderRules(ingress: readonly IngressRule[]): string {
  return dump({ ingress }, STYLE).slice(HEADING.length);
}
