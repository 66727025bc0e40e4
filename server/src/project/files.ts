import type { Parsed, Problem } from '../base/problem.ts';
import { baseName, extensionOf } from '../base/uri.ts';
import { parseTemplate } from '../syntax/jinja/parse-template.ts';
import type { Template } from '../syntax/jinja/tree.ts';
import { parseYaml } from '../syntax/yaml/parse-yaml.ts';
import type { YamlDocument } from '../syntax/yaml/tree.ts';
import type { PropertiesFile } from './facts.ts';
import type { Input, Memo } from './memo.ts';
import { readProperties } from './properties.ts';

export interface ParsedYaml {
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly Problem[];
}

/** Texts of all known files and their readings, each made once per text. */
export class Files {
  readonly #memo: Memo;
  readonly #texts = new Map<string, Input<string | undefined>>();
  readonly #uris: Input<readonly string[]>;
  #known = new Set<string>();
  #urisAreStale = false;

  /** `undefined` for a file that does not exist. */
  readonly text: (uri: string) => string | undefined;
  readonly yaml: (uri: string) => ParsedYaml;
  readonly properties: (uri: string) => PropertiesFile;
  readonly template: (uri: string) => Parsed<Template>;

  constructor(memo: Memo) {
    this.#memo = memo;
    this.#uris = memo.input<readonly string[]>([]);
    this.text = uri => this.#input(uri).get();
    // Trees are compared by identity: a text that changed is read anew, and what is made from the tree is compared instead.
    this.yaml = memo.query(uri => parseYaml(this.text(uri) ?? ''), { isEqual: Object.is });
    this.properties = memo.query(uri => readProperties(this.yaml(uri).documents));
    this.template = memo.query(uri => parseTemplate(this.text(uri) ?? '', uri), { isEqual: Object.is });
  }

  /** Sets a file's text; `undefined` removes it. A file whose text changes a second time counts as being edited. */
  set(uri: string, text: string | undefined): void {
    const input = this.#input(uri);
    const isNew = !this.#known.has(uri);
    if (text === undefined ? !isNew : isNew) {
      if (text === undefined) this.#known.delete(uri);
      else this.#known.add(uri);
      this.#urisAreStale = true;
    }
    input.set(text, { volatile: !isNew && text !== undefined && isModelLike(uri) });
  }

  /** To be called after a batch of `set`. */
  settle(): void {
    if (!this.#urisAreStale) return;
    this.#urisAreStale = false;
    this.#uris.set([...this.#known].sort());
  }

  /** All files, sorted. Whoever asks depends on which files there are, not on their texts. */
  uris(): readonly string[] {
    return this.#uris.get();
  }

  has(uri: string): boolean {
    return this.#known.has(uri);
  }

  #input(uri: string): Input<string | undefined> {
    let input = this.#texts.get(uri);
    if (input === undefined) {
      input = this.#memo.input<string | undefined>(undefined);
      this.#texts.set(uri, input);
    }
    return input;
  }
}

export function isYaml(uri: string): boolean {
  const extension = extensionOf(uri);
  return extension === 'yml' || extension === 'yaml';
}

/** Files that are edited most and whose change touches least. Macros, YAML and configuration touch everything. */
function isModelLike(uri: string): boolean {
  return extensionOf(uri) === 'sql' && !uri.includes('/macros/') && baseName(uri) !== 'dbt_project.yml';
}
