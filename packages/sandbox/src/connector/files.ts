/** The files that a process can read: those mounted in a container, or those on disk. */
export interface Files {
  has(path: string): boolean;
  get(path: string): string | undefined;
}
