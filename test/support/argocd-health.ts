/** Runs the health scripts for Argo CD with a real Lua, in the environment that they have there. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DEPLOY_FOLDER } from './manifests.ts';

const FOLDER = join(DEPLOY_FOLDER, 'argocd');
const HARNESS = join(import.meta.dirname, 'argocd-health.lua');

export interface Health {
  readonly status: string;
  readonly message?: string;
}

/** What Argo CD makes of an object, with the script of its kind. */
export function healthOf(lua: string, object: { readonly kind: string }): Health {
  // The kinds of Access share one.
  const name = object.kind.startsWith('Access') ? 'access' : object.kind.toLowerCase();
  const script = join(FOLDER, `${name}.lua`);
  const [status = '', ...message] = execFileSync(lua, [HARNESS, script], { input: inLua(object), encoding: 'utf8' })
    .trimEnd()
    .split('\n');
  return message.length === 0 ? { status } : { status, message: message.join('\n') };
}

/** The object as Argo CD passes it: null is absent, and an empty list is an empty table. */
function inLua(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(inLua).join(',')}}`;
  if (typeof value === 'string')
    return `"${value.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;
  if (typeof value !== 'object' || value === null) return value === null ? 'nil' : JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `[${inLua(key)}]=${inLua(item)}`)
    .join(',')}}`;
}
