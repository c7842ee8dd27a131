/** Why a file cannot be read, in words; `undefined`: the error is not one of the file system. */
export function whyUnreadable(error: unknown): string | undefined {
  const { code, path } = Object(error) as NodeJS.ErrnoException;
  if (code === undefined) return undefined;
  return WORDS[code] ?? `${path ?? 'it'} cannot be read (${code})`;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
  EISDIR: 'it is a folder',
};
