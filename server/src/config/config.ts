/** grainline.yml: what it may say, read with the exact place of every mistake. */

import { nearest } from '../base/nearest.ts';
import type { Problem } from '../base/problem.ts';
import type { Span } from '../base/span.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import { DIALECTS, type Dialect } from '../syntax/sql/dialect.ts';
import { plainMap, plainValue } from '../syntax/yaml/access.ts';
import type { YamlDocument, YamlEntry, YamlMap, YamlNode } from '../syntax/yaml/tree.ts';
import { DOCUMENT_KINDS } from './document-kinds.ts';
import { compileTemplate } from './name-template.ts';
import { CONVENTIONS, type ConventionName, RULE_SETS, type RuleSetName } from './presets.ts';
import type { RuleDeclaration } from './rule-declaration.ts';

export type RuleLevel = 'off' | 'on' | 'info' | 'warning' | 'error';

export interface RuleSetting {
  /** `undefined`: options only. */
  readonly level: RuleLevel | undefined;
  readonly options: { readonly [name: string]: PlainValue };
}

export type RuleSettings = { readonly [id: string]: RuleSetting };

export interface Config {
  readonly conventions: readonly ConventionName[];
  readonly ruleSets: readonly RuleSetName[];
  readonly dialect: Dialect | undefined;
  readonly rules: RuleSettings;
  /** In order; later ones win. */
  readonly overrides: readonly { readonly files: readonly string[]; readonly rules: RuleSettings }[];
  /** Files that are not checked at all. */
  readonly ignore: readonly string[];
  /** Names of folders by layer, beside the usual ones. */
  readonly layers: { readonly [layer: string]: readonly string[] };
  readonly names: {
    readonly models: { readonly [layer: string]: readonly string[] };
    readonly columns: { readonly [slot: string]: readonly string[] };
    /** What placeholders may stand for; `verb` and `source` beside what is known, all others nothing else. */
    readonly words: { readonly [placeholder: string]: readonly string[] };
  };
  readonly validity: {
    /** Accepted names; the first is the one written. */
    readonly validFrom: readonly string[];
    readonly validTo: readonly string[];
    readonly isCurrent: readonly string[];
    /** `null`, or the sentinel that ends the current version. */
    readonly openEnd: string | null;
  };
  readonly vars: { readonly [name: string]: PlainValue };
  /** Patterns of files by the kind of document they hold; `none` for files that hold none. */
  readonly documents: { readonly [kind: string]: readonly string[] };
  /** Models by the name of the contract, or of an object in it, that has another name than its model. */
  readonly contracts: { readonly [name: string]: string };
}

export const DEFAULT_CONFIG: Config = {
  conventions: ['adaptive'],
  ruleSets: ['recommended'],
  dialect: undefined,
  rules: {},
  overrides: [],
  ignore: [],
  layers: {},
  names: { models: {}, columns: {}, words: {} },
  validity: {
    validFrom: [
      'valid_from',
      'effective_from',
      'effective_start_date',
      'effective_start_at',
      'start_date',
      'start_at',
      '_valid_from',
      'dbt_valid_from',
    ],
    validTo: [
      'valid_to',
      'effective_to',
      'effective_end_date',
      'effective_end_at',
      'end_date',
      'end_at',
      'expiry_date',
      'expired_at',
      '_valid_to',
      'dbt_valid_to',
    ],
    isCurrent: ['is_current', 'current_flag', 'is_active_version', '_is_current', 'is_latest', 'current_row_indicator'],
    openEnd: null,
  },
  vars: {},
  documents: {},
  contracts: {},
};

export const LAYERS = ['raw', 'base', 'staging', 'intermediate', 'mart', 'snapshot', 'seed', 'utility'] as const;
export const COLUMN_SLOTS = [
  'boolean',
  'timestamp',
  'date',
  'key',
  'surrogate_key',
  'amount',
  'count',
  'ratio',
] as const;
export const CONFIG_KEYS = [
  'extends',
  'dialect',
  'rules',
  'overrides',
  'ignore',
  'layers',
  'names',
  'validity',
  'vars',
  'documents',
  'contracts',
] as const;
const LEVELS = ['off', 'on', 'info', 'warning', 'error'] as const;

/** Without `rules`, their ids and options are not checked. Mistakes never throw: the rest of the file still holds. */
export function readConfig(
  documents: readonly YamlDocument[],
  rules?: readonly RuleDeclaration[],
): { readonly config: Config; readonly problems: readonly Problem[] } {
  const root = documents[0]?.root;
  const reader = new ConfigReader(rules);
  if (root === undefined || (root.kind === 'scalar' && root.value === null))
    return { config: DEFAULT_CONFIG, problems: [] };
  if (root.kind !== 'map') {
    return {
      config: DEFAULT_CONFIG,
      problems: [{ message: 'grainline.yml holds keys with values, such as `dialect: snowflake`.', span: root.span }],
    };
  }
  return { config: reader.read(root), problems: reader.problems };
}

/** Gathers problems while it reads. */
class ConfigReader {
  readonly problems: Problem[] = [];
  readonly #rules: ReadonlyMap<string, RuleDeclaration> | undefined;

  constructor(rules: readonly RuleDeclaration[] | undefined) {
    this.#rules = rules && new Map(rules.map(rule => [rule.id, rule]));
  }

  read(root: YamlMap): Config {
    let config = DEFAULT_CONFIG;
    for (const entry of this.#known(root, CONFIG_KEYS, 'setting')) {
      const { value } = entry;
      switch (entry.key.text as (typeof CONFIG_KEYS)[number]) {
        case 'extends':
          config = { ...config, ...this.#extends(value) };
          break;
        case 'dialect':
          config = { ...config, dialect: this.#choice(value, DIALECTS, 'dialect') };
          break;
        case 'rules':
          config = { ...config, rules: this.#ruleSettings(value) };
          break;
        case 'overrides':
          config = { ...config, overrides: this.#overrides(value) };
          break;
        case 'ignore':
          config = { ...config, ignore: this.#texts(value) };
          break;
        case 'layers':
          config = { ...config, layers: this.#lists(value, LAYERS, 'layer') };
          break;
        case 'names':
          config = { ...config, names: this.#names(value) };
          break;
        case 'validity':
          config = { ...config, validity: this.#validity(value) };
          break;
        case 'vars':
          config = { ...config, vars: plainMap(value) };
          break;
        case 'documents':
          config = { ...config, documents: this.#lists(value, [...DOCUMENT_KINDS, 'none'], 'kind of document') };
          break;
        case 'contracts':
          config = { ...config, contracts: this.#textOfEach(value) };
          break;
      }
    }
    return config;
  }

  #extends(node: YamlNode): Pick<Config, 'conventions' | 'ruleSets'> {
    const conventions: ConventionName[] = [];
    const ruleSets: RuleSetName[] = [];
    for (const item of node.kind === 'list' ? node.items : [node]) {
      const name = this.#choice(item, [...CONVENTIONS, ...RULE_SETS], 'convention or rule set');
      if (name === undefined) continue;
      if ((CONVENTIONS as readonly string[]).includes(name)) conventions.push(name as ConventionName);
      else ruleSets.push(name as RuleSetName);
    }
    return {
      conventions: conventions.length > 0 ? conventions : DEFAULT_CONFIG.conventions,
      ruleSets: ruleSets.length > 0 ? ruleSets : DEFAULT_CONFIG.ruleSets,
    };
  }

  #ruleSettings(node: YamlNode): RuleSettings {
    const settings: Record<string, RuleSetting> = {};
    const known = this.#rules && [...this.#rules.keys()];
    for (const { key, value } of this.#entries(node)) {
      const declaration = this.#rules?.get(key.text);
      if (known && !declaration) this.#unknown(key.span, key.text, known, 'rule');
      else settings[key.text] = this.#ruleSetting(value, declaration);
    }
    return settings;
  }

  /** `error`, `[error, { options }]` or `{ severity: error, options … }`. */
  #ruleSetting(node: YamlNode, declaration: RuleDeclaration | undefined): RuleSetting {
    if (node.kind === 'scalar') return { level: this.#level(node), options: {} };
    if (node.kind === 'list') {
      const [level, options] = node.items;
      return {
        level: level && this.#level(level),
        options: options ? this.#options(this.#entries(options), declaration) : {},
      };
    }
    const entries = this.#entries(node);
    const severity = entries.find(entry => entry.key.text === 'severity');
    const rest = entries.filter(entry => entry !== severity);
    return { level: severity && this.#level(severity.value), options: this.#options(rest, declaration) };
  }

  #level(node: YamlNode): RuleLevel | undefined {
    // YAML 1.1 readers make booleans of on and off.
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value ? 'on' : 'off';
    return this.#choice(node, LEVELS, 'level');
  }

  #options(entries: readonly YamlEntry[], declaration: RuleDeclaration | undefined): RuleSetting['options'] {
    const options: Record<string, PlainValue> = {};
    const known = Object.keys(declaration?.options ?? {});
    for (const { key, value } of entries) {
      const option = declaration?.options?.[key.text];
      if (declaration && !option) this.#unknown(key.span, key.text, known, `option of '${declaration.id}'`);
      else if (!option || this.#fits(option, value)) options[key.text] = plainValue(value);
    }
    return options;
  }

  #fits(option: NonNullable<RuleDeclaration['options']>[string], node: YamlNode): boolean {
    const value = plainValue(node);
    const problem = ((): string | undefined => {
      switch (option.type) {
        case 'flag':
          return typeof value === 'boolean' ? undefined : 'Write true or false.';
        case 'number':
          if (typeof value !== 'number') return 'Write a number.';
          return value < (option.minimum ?? -Infinity) || value > (option.maximum ?? Infinity)
            ? `Write a number from ${option.minimum} to ${option.maximum}.`
            : undefined;
        case 'list':
          return Array.isArray(value) && value.every(one => typeof one === 'string')
            ? undefined
            : 'Write a list of texts.';
        case 'text':
          return typeof value === 'string' ? undefined : 'Write a text.';
        case 'choice':
          return typeof value === 'string' && option.choices?.includes(value)
            ? undefined
            : `Write one of ${option.choices?.join(', ')}.`;
      }
    })();
    if (problem !== undefined) this.#problem(node.span, problem);
    return problem === undefined;
  }

  #overrides(node: YamlNode): Config['overrides'] {
    if (node.kind !== 'list') {
      this.#problem(node.span, 'overrides is a list, each with `files` and `rules`.');
      return [];
    }
    return node.items.map(item => {
      const entries = item.kind === 'map' ? this.#known(item, ['files', 'rules'], 'key of an override') : [];
      const files = entries.find(entry => entry.key.text === 'files');
      const rules = entries.find(entry => entry.key.text === 'rules');
      if (!files)
        this.#problem(
          item.span,
          'An override says which files it is for: add `files`, a pattern such as models/staging/**.',
        );
      return { files: files ? this.#texts(files.value) : [], rules: rules ? this.#ruleSettings(rules.value) : {} };
    });
  }

  #names(node: YamlNode): Config['names'] {
    let models: Config['names']['models'] = {};
    let columns: Config['names']['columns'] = {};
    let words: Config['names']['words'] = {};
    for (const { key, value } of this.#known(node, ['models', 'columns', 'words'], 'key of names')) {
      if (key.text === 'models') models = this.#patterns(value, LAYERS, 'layer');
      else if (key.text === 'columns') columns = this.#patterns(value, COLUMN_SLOTS, 'kind of column');
      else words = Object.fromEntries(this.#entries(value).map(each => [each.key.text, this.#texts(each.value)]));
    }
    return { models, columns, words };
  }

  #patterns(node: YamlNode, keys: readonly string[], what: string): { readonly [key: string]: readonly string[] } {
    for (const { value } of this.#entries(node)) {
      for (const item of value.kind === 'list' ? value.items : [value]) {
        if (item.kind !== 'scalar') continue;
        const compiled = compileTemplate(item.text);
        if ('problem' in compiled) this.#problem(item.span, compiled.problem);
      }
    }
    return this.#lists(node, keys, what);
  }

  #validity(node: YamlNode): Config['validity'] {
    let validity = DEFAULT_CONFIG.validity;
    for (const { key, value } of this.#known(
      node,
      ['valid_from', 'valid_to', 'is_current', 'open_end'],
      'key of validity',
    )) {
      if (key.text === 'valid_from') validity = { ...validity, validFrom: this.#texts(value) };
      else if (key.text === 'valid_to') validity = { ...validity, validTo: this.#texts(value) };
      else if (key.text === 'is_current') validity = { ...validity, isCurrent: this.#texts(value) };
      else validity = { ...validity, openEnd: value.kind === 'scalar' && value.value !== null ? value.text : null };
    }
    return validity;
  }

  #lists(node: YamlNode, keys: readonly string[], what: string): { readonly [key: string]: readonly string[] } {
    return Object.fromEntries(this.#known(node, keys, what).map(({ key, value }) => [key.text, this.#texts(value)]));
  }

  /** One text for each key. */
  #textOfEach(node: YamlNode): { readonly [key: string]: string } {
    return Object.fromEntries(
      this.#entries(node).flatMap(({ key, value }) => {
        const [text] = this.#texts(value);
        return text === undefined ? [] : [[key.text, text]];
      }),
    );
  }

  /** A list of texts, or one text. */
  #texts(node: YamlNode): readonly string[] {
    const items = node.kind === 'list' ? node.items : [node];
    return items.flatMap(item => {
      if (item.kind === 'scalar' && item.value !== null) return [item.text];
      this.#problem(item.span, 'Write a text here.');
      return [];
    });
  }

  #choice<T extends string>(node: YamlNode, choices: readonly T[], what: string): T | undefined {
    const text = node.kind === 'scalar' ? node.text : undefined;
    const found = choices.find(one => one === text);
    if (found === undefined) this.#unknown(node.span, text, choices, what);
    return found;
  }

  #known(node: YamlNode, keys: readonly string[], what: string): readonly YamlEntry[] {
    return this.#entries(node).filter(({ key }) => {
      const isKnown = keys.includes(key.text);
      if (!isKnown) this.#unknown(key.span, key.text, keys, what);
      return isKnown;
    });
  }

  #entries(node: YamlNode): readonly YamlEntry[] {
    if (node.kind === 'map') return node.entries;
    if (node.kind !== 'scalar' || node.value !== null) this.#problem(node.span, 'Write keys with values here.');
    return [];
  }

  #unknown(span: Span, text: string | undefined, choices: readonly string[], what: string): void {
    const near = text === undefined ? undefined : nearest(text, choices);
    const hint = near
      ? `Did you mean '${near}'?`
      : choices.length > 0 && choices.length <= 20
        ? `Known: ${choices.join(', ')}.`
        : '';
    this.#problem(span, `There is no ${what} '${text ?? ''}'. ${hint}`.trim());
  }

  #problem(span: Span, message: string): void {
    this.problems.push({ message, span });
  }
}
