/** Colour, only where somebody sees it: on a terminal, and as NO_COLOR and FORCE_COLOR say. */

import { styleText } from 'node:util';
import type { Io, Output } from './io.ts';

export type Format = 'bold' | 'dim' | 'red' | 'yellow' | 'blue' | 'green' | 'cyan' | 'underline';

/** Writes text in a format, or as it is. */
export type Paint = (format: Format | Format[], text: string) => string;

export const PLAIN: Paint = (_format, text) => text;

export function painter(io: Io, output: Output, isOff: boolean): Paint {
  return !isOff && hasColor(io, output) ? (format, text) => styleText(format, text, { validateStream: false }) : PLAIN;
}

function hasColor({ environment }: Io, output: Output): boolean {
  if (environment.NO_COLOR) return false;
  const forced = environment.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return output.isTerminal && environment.TERM !== 'dumb';
}
