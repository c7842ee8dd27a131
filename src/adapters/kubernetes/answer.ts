import { OperatorError } from '../../runtime/errors.ts';

/** What a read finds, or why the API server gives no answer at present. Rethrows a failure that waiting does not end. */
export async function answerOf<T>(
  read: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly noAnswer: string }> {
  try {
    return { value: await read() };
  } catch (error) {
    if (error instanceof OperatorError && error.disposition === 'retry') return { noAnswer: error.message };
    throw error;
  }
}
