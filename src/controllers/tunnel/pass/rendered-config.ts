import type { CloudflaredConfig } from '../../../core/ingress/rule.ts';

/** `config.yaml` as it was last rendered. */
export interface RenderedConfig {
  /** As JSON, in which the order of keys counts as it does in the file. */
  readonly config: string;
  readonly text: string;
}

/** Renders `config.yaml`, which takes far longer than to see that it is the same as in the last pass. */
export function renderedConfig(
  { renderConfig }: { readonly renderConfig: (config: CloudflaredConfig) => string },
  { memory }: { readonly memory: { rendered?: RenderedConfig } },
  rules: CloudflaredConfig,
): string {
  const config = JSON.stringify(rules);
  if (memory.rendered?.config !== config) memory.rendered = { config, text: renderConfig(rules) };
  return memory.rendered.text;
}
