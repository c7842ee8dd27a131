const MAX_PATH = 512;

/** Rejects a path that can never match: cloudflared compares only the path, after decoding it. */
export function literalProblem(value: string): string | undefined {
  if (!value.startsWith('/')) return 'must begin with /';
  if (value.length > MAX_PATH) return `is longer than ${MAX_PATH} characters`;
  if (/[\p{Cc}\p{Cs}]/u.test(value)) return 'must not contain control characters';
  if (/[?#]/.test(value)) return 'must be a path alone, without query or fragment';
  if (/%[0-9A-Fa-f]{2}/.test(value)) return 'must be written decoded: paths are compared after decoding';
  if (/\/\/|\/\.{1,2}(\/|$)/.test(value)) return 'must not contain empty, "." or ".." segments';
  return undefined;
}
