/** A key that is a hash or a chain of columns says the same as those columns: joins and tests may name either. */

import type { Expression, Select } from '../syntax/sql/tree.ts';
import { childrenOf } from '../syntax/sql/walk.ts';
import type { QueryFacts } from './infer/scopes.ts';
import { isSameSource, type Traced, traceColumn, traceReference } from './trace.ts';

/** Output columns that the key column is made of, all of them; `undefined` when it is no such column, or some leave no trace. */
export function unfoldKey(
  facts: QueryFacts,
  select: Select,
  key: string,
  outputs: readonly string[],
): readonly string[] | undefined {
  const made = traceColumn(facts, select, key);
  if (made?.kind !== 'expression') return undefined;
  const parts = partsOf(facts, made.expression);
  if (!parts || parts.length === 0 || parts.length > 10) return undefined;
  const names: string[] = [];
  for (const part of parts) {
    const name = outputs.find(one => {
      const traced = one === key ? undefined : traceColumn(facts, select, one);
      return traced !== undefined && isSameSource(traced, part);
    });
    if (name === undefined) return undefined;
    if (!names.includes(name)) names.push(name);
  }
  return names;
}

/** The columns in an expression of hashes, casts and chains; nothing when anything else is in it. */
function partsOf(facts: QueryFacts, expression: Expression): readonly Traced[] | undefined {
  const found: Traced[] = [];
  const open: Expression[] = [expression];
  let isHashOrChain = false;
  for (let next = open.pop(), count = 0; next !== undefined; next = open.pop(), count++) {
    if (count > 500) return undefined;
    switch (next.kind) {
      case 'column': {
        const traced = traceReference(facts, next);
        if (!traced) return undefined;
        found.push(traced);
        continue;
      }
      case 'literal':
        continue;
      case 'call': {
        const name = next.name.parts.at(-1)?.name.toLowerCase() ?? '';
        if (next.over || !(HASHES.test(name) || KEEPERS.has(name))) return undefined;
        isHashOrChain ||= HASHES.test(name) || name.startsWith('concat');
        break;
      }
      case 'binary':
        if (next.operator !== '||') return undefined;
        isHashOrChain = true;
        break;
      case 'cast':
      case 'parenthesized':
        break;
      default:
        return undefined;
    }
    for (const child of childrenOf(next)) {
      if (child.kind === 'argument') open.push(child.value);
      else if (child.kind !== 'type' && child.kind !== 'name' && child.kind !== 'identifier')
        open.push(child as Expression);
    }
  }
  return isHashOrChain ? found : undefined;
}

const HASHES = /^(?:md5|sha\d*|sha_?\d*|hash|farm_fingerprint|fingerprint|xxhash64|to_hex|hashbytes|md5_number.*)$/;
/** Nothing is lost in them that tells keys apart, as far as people rely on it. */
const KEEPERS = new Set([
  ...['coalesce', 'ifnull', 'nvl', 'concat', 'concat_ws', 'lower', 'upper', 'trim', 'to_varchar', 'to_char', 'to_utf8'],
  ...['cast', 'string', 'text', 'varchar', 'safe_cast', 'try_cast', 'convert'],
]);
