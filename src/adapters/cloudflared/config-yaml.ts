import { dump } from 'js-yaml';
import type { CloudflaredConfig, IngressRule } from '../../core/ingress/rule.ts';

const STYLE = { lineWidth: -1, noRefs: true } as const;

/** Rules that are written at a time. */
const CHUNK = 32;

const HEADING = 'ingress:\n';

/**
 * `config.yaml`: keys in the order of the object, no folding, no anchors, so that equal rules are equal bytes.
 *
 * The rules, of which the catch-all is always there, are written some at a time: js-yaml makes a tree of all it is
 * given, 4 MB for a thousand rules, which would outlive the young generation.
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
