import type { StructSize } from './pointer.ts';
import type { StructBuilder } from './struct-builder.ts';
import type { StructReader } from './struct-reader.ts';

/** How values of one type lie in a struct. */
export interface StructType<T> {
  readonly size: StructSize;
  read(from: StructReader): T;
  write(to: StructBuilder, value: T): void;
}

/** A struct without a field. */
export const nothing: StructType<void> = {
  size: { dataWords: 0, pointers: 0 },
  read: () => undefined,
  write: () => undefined,
};
