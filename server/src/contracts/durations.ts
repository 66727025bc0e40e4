/** Lengths of time as contracts write them: `4 hours`, `30d`, `PT4H`, a number beside its unit. */

/** `undefined` for what is no length of time. Months have 30 days and years 365. */
export function hoursOf(text: string): number | undefined {
  const simple = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(text);
  if (simple) return hoursIn(Number(simple[1]), simple[2]!);
  const iso = /^\s*P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?\s*$/i.exec(
    text,
  );
  if (!iso || iso.slice(1).every(part => part === undefined)) return undefined;
  const factors = [365 * 24, 30 * 24, 7 * 24, 24, 1, 1 / 60, 1 / 3600];
  return factors.reduce((sum, factor, i) => sum + factor * Number(iso[i + 1] ?? 0), 0);
}

/** A number of units in hours. */
export function hoursIn(count: number, unit: string): number | undefined {
  const factor = UNITS.get(unit.toLowerCase());
  return factor === undefined ? undefined : count * factor;
}

const UNITS = new Map<string, number>();
for (const [names, hours] of [
  ['s sec second seconds', 1 / 3600],
  ['m min minute minutes', 1 / 60],
  ['h hr hour hours', 1],
  ['d day days', 24],
  ['w week weeks', 7 * 24],
  ['mo month months', 30 * 24],
  ['y yr year years', 365 * 24],
] as const) {
  for (const name of names.split(' ')) UNITS.set(name, hours);
}

/** `99.9%`, `99.9`. */
export function percentOf(text: string): number | undefined {
  const found = /^\s*(\d+(?:\.\d+)?)\s*%?\s*$/.exec(text);
  return found ? Number(found[1]) : undefined;
}
