/**
 * The ownership mark: the name of a policy or service token at Cloudflare. One whose name is the mark of an object of this
 * cluster is ours, whoever created it before a crash; every other one is foreign.
 */
import type { ObjectKey } from '../../api/objects.ts';
import { clusterMark } from '../dns/mark.ts';

/** Well below the 350 characters that Cloudflare documents for names. */
const MAX_NAME = 200;
const HASH_LENGTH = 10;

/** The name of what an object has at Cloudflare: a long one is truncated and ends in a hash of the whole. */
export function accessMark(cluster: string, object: ObjectKey, hash: (text: string) => string): string {
  const whole = `${clusterMark(cluster)}${object}`;
  if (whole.length <= MAX_NAME) return whole;
  return `${whole.slice(0, MAX_NAME - HASH_LENGTH - 1)}~${hash(whole).slice(0, HASH_LENGTH)}`;
}
