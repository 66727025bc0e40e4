/** Where our own reader sees Jinja in a text: 1 for each character of it, 0 for SQL. Inside of raw blocks both are right. */

import { parseTemplate } from '../../server/src/syntax/jinja/parse-template.ts';

export function jinjaPlaces(text: string): Uint8Array {
  const places = new Uint8Array(text.length).fill(1);
  const pending: unknown[] = [parseTemplate(text, 'model.sql').value.body];
  while (pending.length > 0) {
    const value = pending.pop();
    if (Array.isArray(value)) pending.push(...value);
    else if (typeof value === 'object' && value !== null) {
      const { kind, start, end } = value as { kind?: string; start?: number; end?: number };
      if (kind === 'text') places.fill(0, start, end);
      else pending.push(...Object.values(value));
    }
  }
  return places;
}
