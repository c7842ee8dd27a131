/** The core reads objects that the API server has validated, and nobody has validated those in files. */
import type { KubeObject } from '../../../api/objects.ts';
import { titleOfObject } from '../../../core/preview/preview.ts';
import { listed } from '../../../core/quote.ts';
import { CommandError } from '../../frame/exit-code.ts';
import { compareStates } from '../../frame/states.ts';

/** What a comparison finds. Names the files' objects of which the core can make nothing. */
export async function validated<T>(files: readonly KubeObject[], compare: () => T | Promise<T>): Promise<T> {
  try {
    return await compare();
  } catch (error) {
    const names = error instanceof TypeError ? files.filter((file) => !isSound(file)).map(titleOfObject) : [];
    if (names.length === 0) throw error;
    throw new CommandError(`the API server would not accept ${listed(names)}. See: kubectl apply --dry-run=server`);
  }
}

function isSound(file: KubeObject): boolean {
  try {
    compareStates([], [file]);
    return true;
  } catch {
    return false;
  }
}
