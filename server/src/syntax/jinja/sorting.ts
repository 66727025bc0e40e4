/** Sorting as Python does: stable, and only values that have an order. */

import { order } from './comparison.ts';
import { Fault, isText, textOf, typeName, type Value } from './values.ts';

export function sortValues(
  items: readonly Value[],
  reverse: boolean,
  caseSensitive: boolean,
  keyOfItem: ((item: Value) => Value) | undefined,
): Value[] | Fault {
  let fault: Fault | undefined;
  const keyed = items.map(item => {
    const key = keyOfItem ? keyOfItem(item) : item;
    return { item, key: !caseSensitive && isText(key) ? textOf(key).toLowerCase() : key };
  });
  keyed.sort((a, b) => {
    const result = order(a.key, b.key);
    if (result === 'unorderable') {
      fault ??= new Fault(`${typeName(a.key)} and ${typeName(b.key)} have no order.`);
      return 0;
    }
    return (result ?? 0) * (reverse ? -1 : 1);
  });
  return fault ?? keyed.map(({ item }) => item);
}
