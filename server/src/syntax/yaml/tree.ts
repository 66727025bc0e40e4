/** YAML as values with spans. Plain data of ours: no type of the YAML package leaves this folder. */

import type { Span } from '../../base/span.ts';

export type YamlNode = YamlMap | YamlList | YamlScalar;

interface YamlBase {
  /** The value's own text; for a map or list from its first to behind its last character that is not white space. */
  readonly span: Span;
}

export interface YamlMap extends YamlBase {
  readonly kind: 'map';
  /** In order as written; a key that is written twice stands twice. Merge keys (`<<`) are resolved behind the own entries. */
  readonly entries: readonly YamlEntry[];
  readonly flow: boolean;
}

export interface YamlEntry {
  readonly key: YamlScalar;
  /** A missing value is a null scalar with an empty span behind the colon. */
  readonly value: YamlNode;
  /** Behind the value as it is written here: an alias ends where it stands, the value that it names elsewhere. */
  readonly end: number;
}

export interface YamlList extends YamlBase {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
  readonly flow: boolean;
}

export interface YamlScalar extends YamlBase {
  readonly kind: 'scalar';
  /** As YAML 1.2 core reads it (dbt: `yes`/`no` stay text unless noted); text when quoted. */
  readonly value: string | number | boolean | null;
  /** The text without quotes, whatever its type. */
  readonly text: string;
  readonly style: 'plain' | 'single' | 'double' | 'block';
  /** `{{ … }}` or `{% … %}` stands in it: its value is known only to dbt. */
  readonly hasJinja: boolean;
}

/** One `---` document. `undefined` root: empty. */
export interface YamlDocument {
  readonly root: YamlNode | undefined;
  readonly span: Span;
  readonly comments: readonly YamlComment[];
}

export interface YamlComment {
  /** From `#` to the end of the line, without the line break. */
  readonly span: Span;
  /** Behind the `#`. */
  readonly text: string;
}
