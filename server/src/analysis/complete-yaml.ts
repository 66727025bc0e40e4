/** What can be typed in a YAML document of a known kind, and what its words mean: from its schema, and from the models. */

import { completeFrom, describeFrom } from '../contracts/assist.ts';
import type { ContractQueries } from '../contracts/contract-queries.ts';
import { documentAt, type FileToRecognise } from '../contracts/documents.ts';
import { placeInText, type TextPlace } from '../contracts/place-in-text.ts';
import { schemaOf } from '../contracts/schemas.ts';
import type { Projects } from '../project/project.ts';
import type { Completion, Hover } from './results.ts';

export interface YamlHelp {
  readonly projects: Projects;
  readonly contracts: ContractQueries;
  readonly file: FileToRecognise;
  readonly uri: string;
}

export function completeYaml(help: YamlHelp, offset: number): readonly Completion[] {
  const { projects, file, uri } = help;
  const text = projects.files.text(uri) ?? '';
  const document = documentAt(projects.files.yaml(uri).documents, file, offset);
  const schema = document && schemaOf(document.kind, document.root ?? EMPTY);
  if (!schema) return [];
  return [...columnsAt(help, text, offset), ...completeFrom(schema, text, offset, document.root)];
}

export function describeYaml({ projects, file, uri }: YamlHelp, offset: number): Hover | undefined {
  const document = documentAt(projects.files.yaml(uri).documents, file, offset);
  const schema = document?.root && schemaOf(document.kind, document.root);
  return schema && document.root ? describeFrom(schema, document.root, offset) : undefined;
}

const EMPTY = { kind: 'map', entries: [], flow: false, span: { start: 0, end: 0 } } as const;

/* -------------------------------------------------------------------- columns */

/** Where a column of a contract or of a model's YAML is named: the columns that the model delivers and nobody lists yet. */
function columnsAt(help: YamlHelp, text: string, offset: number): readonly Completion[] {
  const place = placeInText(text, offset);
  if (!place || !namesColumn(place)) return [];
  const node = nodeAt(help, offset);
  if (!node) return [];
  const { root, id, listed } = node;
  const output = help.projects.models.delivery(`${root} ${id}`)?.columns.columns ?? [];
  const isKey = place.typed.kind === 'key';
  return output
    .filter(column => !listed.has(column.name.toLowerCase()))
    .map((column, i) => ({
      kind: 'column',
      label: column.name,
      text: isKey ? `${column.name}:\n${place.indent}  ` : column.name,
      span: place.span,
      detail: column.type?.family ?? 'column',
      documentation: `A column of '${id.slice(id.lastIndexOf('.') + 1)}'.`,
      order: i - 1_000,
    }));
}

function namesColumn({ steps, typed }: TextPlace): boolean {
  const way = steps.join('/');
  if (typed.kind === 'key') return /^contract\/schema\/properties$/.test(way) || /^models\/[^/]+\/fields$/.test(way);
  if (typed.key === 'column') return way === 'contract/schema/[]';
  if (typed.key !== 'name') return false;
  return way === 'schema/[]/properties/[]' || /^(models|seeds|snapshots)\/\[\]\/columns\/\[\]$/.test(way);
}

interface Named {
  readonly root: string;
  readonly id: string;
  readonly listed: ReadonlySet<string>;
}

function nodeAt({ projects, contracts, uri }: YamlHelp, offset: number): Named | undefined {
  const root = contracts.rootOf(uri);
  if (root === undefined) return undefined;
  const contract = contracts
    .placed(uri)
    .filter(one => one.at.start <= offset)
    .at(-1);
  const object = contract?.objects.filter(one => one.at.start <= offset).at(-1) ?? contract?.objects[0];
  if (contract && object) {
    const id = contracts.target(root, contract.facts, object.facts);
    const listed = object.columns.filter(column => !touches(column.nameAt, offset)).map(column => column.facts.name);
    return id === undefined ? undefined : { root, id, listed: new Set(listed.map(name => name.toLowerCase())) };
  }
  const { models, seeds, snapshots } = projects.files.properties(uri);
  const entry = [...models, ...seeds, ...snapshots]
    .filter(one => one.at.start <= offset)
    .sort((a, b) => a.at.start - b.at.start)
    .at(-1);
  const own = projects.top(root)?.project.name ?? '';
  const found = entry && projects.nodes.resolve(root, { kind: 'ref', name: entry.facts.name }, own);
  if (!entry || !found) return undefined;
  const listed = entry.columns.filter(column => !touches(column.nameAt, offset)).map(column => column.facts.name);
  return { root, id: found.id, listed: new Set(listed.map(name => name.toLowerCase())) };
}

function touches(span: { readonly start: number; readonly end: number }, offset: number): boolean {
  return span.start <= offset && offset <= span.end;
}
