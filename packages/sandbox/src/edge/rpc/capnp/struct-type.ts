import type { StructSize } from './pointer.ts';
import type { StructBuilder } from './struct-builder.ts';
import type { StructReader } from './struct-reader.ts';

/** Reads and writes values of one type as a struct. */
export interface StructType<T> {
  readonly size: StructSize;
  read(from: StructReader): T;
  write(to: StructBuilder, value: T): void;
}

/** A struct without fields. */
export const nothing: StructType<void> = {
  size: { dataWords: 0, pointers: 0 },
  read: () => undefined,
  write: () => undefined,
};
