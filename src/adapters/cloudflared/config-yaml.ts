import { dump } from 'js-yaml';
import type { CloudflaredConfig } from '../../core/ingress/rule.ts';

/** `config.yaml`: keys in the order of the object, no folding, no anchors, so that equal rules are equal bytes. */
export function renderConfig(config: CloudflaredConfig): string {
  return dump(config, { lineWidth: -1, noRefs: true });
}
