import type { Assumptions } from '../assumptions.ts';
import type { PlanLimits } from '../zones/plans.ts';
import { dnsError } from './dns-error.ts';

/** Validates a comment: one line, at most as long as the plan allows. An empty comment becomes null. */
export function readComment(comment: unknown, limits: PlanLimits, assumptions: Assumptions): string | null {
  if (comment === null || comment === '') return null;
  // Assumption: the code for a malformed comment.
  if (typeof comment !== 'string' || /[\r\n]/.test(comment)) {
    throw dnsError(assumptions, 9312, 'DNS record comment must be a single line of text.');
  }
  if (comment.length > limits.commentLength) {
    const message = `DNS record comment exceeds the maximum length of ${limits.commentLength} characters.`;
    throw dnsError(assumptions, 9313, message);
  }
  return comment;
}

/** Validates tags: at most as many as the plan allows, each `name` or `name:value`. */
export function readTags(tags: unknown, limits: PlanLimits, assumptions: Assumptions): string[] {
  const list = Array.isArray(tags) ? tags.map(String) : [];
  if (list.length > limits.tagsPerRecord) {
    const message = `DNS record has ${list.length} tags, exceeding the quota of ${limits.tagsPerRecord}.`;
    throw dnsError(assumptions, 9300, message);
  }
  const isWrong = list.some((tag) => !/^[A-Za-z0-9_-]{1,32}(?::[^\r\n]{0,100})?$/.test(tag));
  if (isWrong) throw dnsError(assumptions, 9301, 'DNS record tag is invalid.'); // Assumption: the code
  return list;
}
