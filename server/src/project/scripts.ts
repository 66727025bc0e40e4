/**
 * SQL that is run for what it does: statements in macros, in hooks, and in SQL files that dbt builds nothing from. Each
 * script is read as models are: expanded in every world, parsed, inferred.
 */

import { baseName, extensionOf, stemOf } from '../base/uri.ts';
import { expandBlock, expandWorlds } from '../syntax/jinja/expand.ts';
import type { Environment, Expansion } from '../syntax/jinja/expansion.ts';
import { parseTemplate } from '../syntax/jinja/parse-template.ts';
import type { MacroStatement, Template } from '../syntax/jinja/tree.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';
import { parseSql } from '../syntax/sql/parse-sql.ts';
import type { Files } from './files.ts';
import { isYaml } from './files.ts';
import { type FoundHooks, hooksOfTemplate, hooksOfYaml } from './hooks.ts';
import type { FileRole } from './layout.ts';
import type { Memo } from './memo.ts';
import type { ModelQueries, ModelUnit } from './models.ts';
import { type NodeQueries, nodeKey, splitKey } from './nodes.ts';
import { asStatements } from './procedures.ts';
import { strangeRelation } from './relation-names.ts';

/** The SQL of one macro, of one model's hooks, or of one file. */
export interface Script {
  readonly kind: 'macro' | 'hook' | 'file';
  /** The macro, the hook's key, the file. */
  readonly name: string;
  readonly template: Template;
  /** Id of the model whose hooks they are. */
  readonly node: string | undefined;
  /** All worlds that differ in text. */
  readonly units: readonly ModelUnit[];
}

export interface ScriptQueries {
  /** Key: root of the project ('' outside of any), a blank, URI. */
  readonly scripts: (key: string) => readonly Script[];
  /** Tables that a SQL file beside the models makes with columns that are never NULL. Key: root, a blank, URI. */
  readonly tablesMade: (key: string) => readonly MadeTable[];
}

/** What `create table` says of a table. */
export interface MadeTable {
  /** Lower-case parts of its name. */
  readonly parts: readonly string[];
  /** Lower-case columns that the table keeps from being NULL. */
  readonly neverNull: readonly string[];
}

export interface ScriptQueryParts {
  readonly memo: Memo;
  readonly files: Files;
  readonly nodes: NodeQueries;
  readonly models: ModelQueries;
  /** What a file is to the project of the root, and which package owns it. */
  readonly placeOf: (uri: string) => { readonly package: string | undefined; readonly role: FileRole | undefined };
  readonly dialectOf: (root: string) => Dialect;
}

/** Longer texts are dumps of data, not programs. */
const MAX_LENGTH = 400_000;
const MAX_SCRIPTS = 60;
const WRITES = /\b(?:merge|insert|update|delete)\b/i;

export function scriptQueries(parts: ScriptQueryParts): ScriptQueries {
  const { memo, files, nodes, models, placeOf, dialectOf } = parts;
  const scripts = memo.query(
    (key: string): readonly Script[] => {
      const [root, uri] = splitKey(key);
      const text = files.text(uri);
      if (text === undefined || text.length > MAX_LENGTH || !WRITES.test(text)) return [];
      const place = placeOf(uri);
      const around = (node?: string): Environment =>
        (root === ''
          ? undefined
          : node === undefined
            ? models.surroundings(root, place.package ?? '')
            : models.environment(nodeKey(root, node))) ?? NOWHERE;
      const read = (expansions: readonly Expansion[], node: string | undefined): readonly ModelUnit[] =>
        models.readAll(root, expansions, node === undefined ? undefined : nodeKey(root, node), dialectOf(root));
      const ofHooks = ({ key: name, template, node }: FoundHooks): Script => ({
        kind: 'hook',
        name,
        template,
        node,
        units: read(expandWorlds(template, around(node)).expansions, node),
      });

      if (isYaml(uri)) {
        if (place.role !== 'properties' && baseName(uri) !== 'dbt_project.yml') return [];
        const nodeOf = (kind: string, name: string) => `${kind}.${place.package ?? ''}.${name}`;
        return hooksOfYaml(uri, text, files.yaml(uri).documents, place.role === 'properties' ? nodeOf : undefined)
          .slice(0, MAX_SCRIPTS)
          .map(found => ofHooks({ ...found, node: knownNode(root, found.node) }));
      }
      if (extensionOf(uri) !== 'sql') return [];
      switch (place.role) {
        case 'model':
        case 'snapshot': {
          const node = nodes.index(root).byFile.get(uri)?.[0];
          const hooks = hooksOfTemplate(files.template(uri).value, node);
          return hooks === undefined ? [] : [ofHooks(hooks)];
        }
        case 'macro': {
          const { value: template, problems } = files.template(uri);
          // Half-typed Jinja may hide the statement that another one needs.
          if (problems.length > 0) return [];
          return template.macros
            .filter(macro => isRun(macro, template))
            .slice(0, MAX_SCRIPTS)
            .map(macro => {
              const { expansions } = expandBlock(template, macro, around(), { collectsQueries: true });
              return { kind: 'macro', name: macro.name, template, node: undefined, units: read(expansions, undefined) };
            });
        }
        case 'test':
        case 'analysis':
        case 'seed':
          return [];
        default: {
          const { value: template, problems } = parseTemplate(asStatements(text), uri);
          if (problems.length > 0) return [];
          const { expansions } = expandWorlds(template, around(), { collectsQueries: true });
          return [{ kind: 'file', name: stemOf(uri), template, node: undefined, units: read(expansions, undefined) }];
        }
      }
    },
    { isEqual: Object.is, fallback: () => [], keep: 24 },
  );
  const knownNode = (root: string, id: string | undefined): string | undefined =>
    id !== undefined && nodes.index(root).byId.has(id) ? id : undefined;
  const tablesMade = memo.query((key: string): readonly MadeTable[] => {
    const [root, uri] = splitKey(key);
    const { role } = placeOf(uri);
    if (extensionOf(uri) !== 'sql' || (role !== undefined && role !== 'sql' && role !== 'other')) return [];
    const text = files.text(uri);
    if (text === undefined || text.length > MAX_LENGTH || !MAKES.test(text) || /\{[{%]/.test(text)) return [];
    return parseSql(asStatements(text), dialectOf(root)).value.statements.flatMap(one => {
      if (one.kind !== 'create' || one.name.kind === 'error') return [];
      const neverNull = one.columns.flatMap(({ name, notNull, primaryKey }) =>
        notNull || primaryKey ? [name.name.toLowerCase()] : [],
      );
      const parts = one.name.parts.filter(part => !part.hasUnknown).map(part => part.name.toLowerCase());
      return neverNull.length > 0 && parts.length > 0 ? [{ parts, neverNull }] : [];
    });
  });
  return { scripts, tablesMade };
}

const MAKES = /\bcreate\b[^;]{0,60}\btable\b[^;]*\b(?:not\s+null|primary\s+key)\b/i;

/**
 * Names that dbt's own macros and materializations call: what they write is decided where they are called. Generic tests
 * written as macros write nothing.
 */
const PART_OF_DBT =
  /^(?:test_)|(?:^|__)(?:get_\w*(?:merge|insert|delete|incremental|replace|append)\w*_sql|get_create_\w+|snapshot_\w+|create_\w+_as(?:_\w+)?|strategy_\w+|materialization_\w+|alter_\w+|make_\w+)$/;

/** A macro that may write, and that people run: in an operation, a hook, or through another macro. */
function isRun(macro: MacroStatement, template: Template): boolean {
  if (PART_OF_DBT.test(macro.name)) return false;
  const text = template.text.slice(macro.start, macro.end);
  return text.length <= MAX_LENGTH && WRITES.test(text);
}

/** Outside of any project nothing is known but the text. */
const NOWHERE: Environment = {
  package: '',
  projectName: '',
  adapter: 'ansi',
  target: {},
  macro: () => undefined,
  hasPackage: () => false,
  dispatchOrder: () => [],
  variable: () => ({ found: false }),
  relation: call => strangeRelation(call.source, call.name ?? ''),
  columns: () => undefined,
  model: { name: '', config: {} },
};
