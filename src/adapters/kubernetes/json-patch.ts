import { type Operation, applyPatch } from 'rfc6902';
import type { KubeObject } from '../../api/objects.ts';
import { OperatorError } from '../../runtime/errors.ts';

/** Applies a user's RFC 6902 operations to a manifest: all of them, or none. */
export function patchManifest(manifest: KubeObject, patches: readonly unknown[]): KubeObject {
  if (patches.length === 0) return manifest;
  const copy = structuredClone(manifest);
  const failures = applyPatch(copy, patches as Operation[]);
  const index = failures.findIndex((failure) => failure !== null);
  if (index < 0) return copy;
  const { op, path } = patches[index] as { op: string; path: string };
  const why = failures[index]?.message ?? '';
  throw new OperatorError(
    'PatchInvalid',
    'stall',
    `cloudflared.patches[${index}] (${op} ${path}) cannot be applied: ${why}`,
  );
}
