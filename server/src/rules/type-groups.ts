/** Families of types that warehouses compare and unite without a second thought, and those they do not. */

import type { TypeFamily } from '../project/facts.ts';

export type TypeGroup = 'number' | 'text' | 'date' | 'instant' | 'boolean';

/** `undefined` for types of which little can be said: JSON, arrays, times, UUIDs. */
export function groupOf(family: TypeFamily): TypeGroup | undefined {
  switch (family) {
    case 'integer':
    case 'decimal':
    case 'float':
      return 'number';
    case 'timestamp':
    case 'timestamptz':
      return 'instant';
    case 'text':
    case 'date':
    case 'boolean':
      return family;
    default:
      return undefined;
  }
}

/** For messages: `a number`, `text`, `a timestamp`. */
export function nameOf(family: TypeFamily): string {
  switch (family) {
    case 'integer':
    case 'decimal':
    case 'float':
      return 'a number';
    case 'text':
    case 'binary':
      return family;
    default:
      return `a ${family === 'timestamptz' ? 'timestamp' : family}`;
  }
}
