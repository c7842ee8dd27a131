import { styleText } from 'node:util';
import type { Output } from '../frame/io.ts';

export type Colour = 'green' | 'yellow' | 'red' | 'dim' | 'bold';

/** Colours a text. */
export type Paint = (colour: Colour, text: string) => string;

export const PLAIN: Paint = (_, text) => text;

/** Colours on a terminal, plain text anywhere else. */
export function paintFor({ isColoured }: Output): Paint {
  return isColoured ? (colour, text) => styleText(colour, text, { validateStream: false }) : PLAIN;
}
