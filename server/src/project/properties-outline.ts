/**
 * The names that a properties file declares: all that is needed of most files to know which nodes there are. Told from the
 * lines of a text at a tenth of the cost of reading it, where it is written the way nearly all are.
 */

import type { PlainValue } from '../syntax/jinja/expansion.ts';
import type { PropertiesFile } from './facts.ts';

export interface PropertiesOutline {
  readonly models: readonly OutlinedModel[];
  readonly seeds: readonly string[];
  readonly snapshots: readonly OutlinedSnapshot[];
  readonly sources: readonly { readonly name: string; readonly tables: readonly string[] }[];
}

interface OutlinedModel {
  readonly name: string;
  readonly versions: readonly PlainValue[];
  readonly latestVersion: string | undefined;
}

interface OutlinedSnapshot {
  readonly name: string;
  /** Made by the YAML file: it says `relation`. */
  readonly isDefinition: boolean;
}

export function outlineOf(file: PropertiesFile): PropertiesOutline {
  return {
    models: file.models.map(({ facts: { name, versions, latestVersion } }) => ({ name, versions, latestVersion })),
    seeds: file.seeds.map(({ facts }) => facts.name),
    snapshots: file.snapshots.map(({ facts }) => ({
      name: facts.name,
      isDefinition: facts.other['relation'] !== undefined,
    })),
    sources: file.sources.map(({ name, tables }) => ({ name, tables: tables.map(({ facts }) => facts.name) })),
  };
}

/**
 * The same from the text, in one pass over its lines. It looks at keys of entries and steps over all that is indented deeper.
 * `undefined` as soon as something is written otherwise than as a list of maps with simple names, one key a line: the file is
 * to be read in full. Faults deeper down it does not see.
 */
export function skimProperties(text: string): PropertiesOutline | undefined {
  return new Skimmer(text).skim();
}

const KEY = /^([A-Za-z_][\w-]*):(?: +(.*))?$/;
const NAME = /^(?:([A-Za-z_][\w.-]*)|"([\w. -]+)"|'([\w. -]+)')(?: +#.*)?$/;
/** Plain words that are no text. */
const NO_NAME = /^(?:null|true|false)$/i;
const NOTHING = /^(?:#.*)?$/;

interface Item {
  readonly name: string;
  readonly keys: ReadonlySet<string>;
  readonly tables: readonly Item[];
}

class Skimmer {
  readonly #text: string;
  #next = 0;
  /** The line with content that is looked at: where that starts and ends, and its column; -1 at the end of the text. */
  #start = 0;
  #end = 0;
  #indent = 0;

  constructor(text: string) {
    this.#text = text;
  }

  skim(): PropertiesOutline | undefined {
    const found = { models: [] as OutlinedModel[], seeds: [] as string[], snapshots: [] as OutlinedSnapshot[] };
    const sources: { name: string; tables: string[] }[] = [];
    if (this.#text.startsWith('---\n')) this.#next = 4;
    this.#advance();
    while (this.#indent === 0) {
      const [, key, value = ''] = KEY.exec(this.#text.slice(this.#start, this.#end).trimEnd()) ?? [];
      if (key === undefined) return undefined;
      this.#advance();
      if (!SECTIONS.has(key)) {
        this.#skipBelow(0);
        continue;
      }
      if (!NOTHING.test(value)) return undefined;
      const items = this.#list(0, key === 'sources');
      if (items === undefined) return undefined;
      for (const { name, keys, tables } of items) {
        if (key === 'seeds') found.seeds.push(name);
        else if (key === 'snapshots') found.snapshots.push({ name, isDefinition: keys.has('relation') });
        else if (key === 'sources') sources.push({ name, tables: tables.map(table => table.name) });
        else if (keys.has('versions') || keys.has('latest_version')) return undefined;
        else found.models.push({ name, versions: [], latestVersion: undefined });
      }
    }
    return this.#indent < 0 ? { ...found, sources } : undefined;
  }

  /** The entries of a list under a key at the column; stands behind it then. */
  #list(parent: number, hasTables: boolean): readonly Item[] | undefined {
    const items: Item[] = [];
    const column = this.#indent;
    // A list may stand at the column of its key.
    if (column < parent || (column === parent && !this.#isDash(this.#start))) return items;
    while (this.#indent === column && this.#isDash(this.#start)) {
      const item = this.#item(hasTables);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return this.#indent > parent ? undefined : items;
  }

  #item(hasTables: boolean): Item | undefined {
    const text = this.#text;
    let at = this.#start + 1;
    while (text.charCodeAt(at) === SPACE) at++;
    const column = this.#indent + at - this.#start;
    const keys = new Set<string>();
    let name: string | undefined;
    let tables: readonly Item[] = [];
    do {
      const [, key, value = ''] = KEY.exec(text.slice(at, this.#end).trimEnd()) ?? [];
      if (key === undefined || keys.has(key)) return undefined;
      keys.add(key);
      this.#advance();
      if (key === 'name') {
        const [, plain, double, single] = NAME.exec(value) ?? [];
        name = plain ?? double ?? single;
        if (name === undefined || (plain !== undefined && NO_NAME.test(plain))) return undefined;
        // Longer than its line.
        if (this.#indent > column) return undefined;
      } else if (hasTables && key === 'tables') {
        const listed = NOTHING.test(value) ? this.#list(column, false) : undefined;
        if (listed === undefined) return undefined;
        tables = listed;
      } else this.#skipBelow(column);
      at = this.#start;
    } while (this.#indent === column && !this.#isDash(at));
    return name === undefined || this.#indent > column ? undefined : { name, keys, tables };
  }

  /** Over the value of a key at the column. */
  #skipBelow(column: number): void {
    while (this.#indent > column || (this.#indent === column && this.#isDash(this.#start))) this.#advance();
  }

  #isDash(at: number): boolean {
    return this.#text.charCodeAt(at) === DASH && (at + 1 >= this.#end || this.#text.charCodeAt(at + 1) === SPACE);
  }

  /** To the next line that holds more than a comment. */
  #advance(): void {
    const text = this.#text;
    while (this.#next < text.length) {
      const lineStart = this.#next;
      const lineEnd = text.indexOf('\n', lineStart);
      this.#end = lineEnd < 0 ? text.length : lineEnd;
      this.#next = this.#end + 1;
      let start = lineStart;
      while (text.charCodeAt(start) === SPACE) start++;
      const first = text.charCodeAt(start);
      if (start >= this.#end || first === HASH || first === RETURN) continue;
      this.#start = start;
      this.#indent = start - lineStart;
      return;
    }
    this.#indent = -1;
  }
}

const SECTIONS = new Set(['models', 'seeds', 'snapshots', 'sources']);
const SPACE = 32;
const HASH = 35;
const DASH = 45;
const RETURN = 13;
