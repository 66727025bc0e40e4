/** What findings say of a contract that disagrees with dbt's YAML, where, and how either side is brought in line. */

import type { TextEdit } from '../base/edit.ts';
import type { Span } from '../base/span.ts';
import type { Drift } from '../contracts/drift.ts';
import type { ContractForm, ContractRange, PlacedContractColumn } from '../contracts/model.ts';
import { namesOf, plainName } from '../contracts/promises.ts';
import { familiesOf } from '../contracts/types.ts';
import type { NodeFacts, PlacedColumn, PlacedProperties, PlacedTest } from '../project/facts.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';
import { replaceValues, retype, sqlType, yamlValue } from './contract-edits.ts';
import { addToEntry } from './entry-edits.ts';
import type { ProjectView, RuleFix } from './rule.ts';

/* --------------------------------------------------------------------- places */

export function placeOfFact(drift: Drift, { places, nameAt }: PlacedContractColumn): Span {
  const fact = {
    type: places['physicalType'] ? 'physicalType' : 'type',
    values: 'values',
    range: 'range',
    null: 'required',
  }[drift.kind];
  return places[fact]?.value ?? nameAt;
}

/** The column of a YAML entry, and the place of what it says there. */
export function placeInEntry(
  drift: Drift,
  entry: PlacedProperties,
): { readonly column: PlacedColumn; readonly span: Span; readonly test: PlacedTest | undefined } | undefined {
  const names = namesOf(drift.column).map(plainName);
  const column = entry.columns.find(one => names.includes(plainName(one.facts.name)));
  if (!column) return undefined;
  const test = column.tests.find(({ facts }) => TESTS[drift.kind]?.test(facts.name));
  const span = drift.kind === 'type' ? column.dataTypeAt : drift.kind === 'null' ? column.nameAt : test?.nameAt;
  return { column, span: span ?? column.nameAt, test };
}

const TESTS: { readonly [kind in Drift['kind']]?: RegExp } = {
  values: /accepted_values$/,
  range: /(accepted_range|expect_column_values_to_be_between)$/,
};

/* ------------------------------------------------------------------- messages */

export function messageInContract(drift: Drift, node: NodeFacts): string {
  const { name } = drift.column;
  switch (drift.kind) {
    case 'type':
      return `'${name}' is promised as ${drift.column.type?.text}, and the YAML of '${node.name}' says ${drift.dbt.type?.text}. Bring the two in line.`;
    case 'values':
      return `'${name}' ${valuesInWords(drift)}. Bring the two in line.`;
    case 'range':
      return `'${name}' is promised ${rangeInWords(drift.column.range)}, and the test in dbt asks for ${rangeInWords(drift.dbt.range)}. Bring the two in line.`;
    case 'null':
      return `'${name}' is promised never to be NULL, and '${node.name}' can make it NULL (${drift.because}) with no test to tell. Test it, give it a default, or allow NULL here.`;
  }
}

export function messageInDbt(drift: Drift, contract: string, readers: string): string {
  const { name } = drift.column;
  switch (drift.kind) {
    case 'type':
      return `'${name}' is ${drift.dbt.type?.text} here, and ${contract} promises ${drift.column.type?.text}${readers}. Bring the two in line.`;
    case 'values':
      return `The accepted values of '${name}' are not those of ${contract}: ${valuesInWords(drift)}. Bring the two in line.`;
    case 'range':
      return `'${name}' is tested for ${rangeInWords(drift.dbt.range)}, and ${contract} promises ${rangeInWords(drift.column.range)}${readers}. Bring the two in line.`;
    case 'null':
      return `'${name}' can be NULL here (${drift.because}), and ${contract} promises that it never is${readers}.`;
  }
}

function valuesInWords({ onlyHere, onlyThere }: Extract<Drift, { kind: 'values' }>): string {
  const parts = [
    ...(onlyHere.length > 0
      ? [`the contract allows ${listed(onlyHere)}, for which the accepted_values test fails`]
      : []),
    ...(onlyThere.length > 0
      ? [`the accepted_values test lets ${listed(onlyThere)} pass, which the contract does not allow`]
      : []),
  ];
  return parts.join('; ');
}

function listed(values: readonly PlainValue[]): string {
  const shown = values.slice(0, 4).map(value => (typeof value === 'string' ? `'${value}'` : String(value)));
  const more = values.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(' and ');
}

function rangeInWords(range: ContractRange | undefined): string {
  const { minimum, maximum } = range ?? {};
  const low = minimum && `${minimum.isExclusive ? 'more than' : 'at least'} ${minimum.value}`;
  const high = maximum && `${maximum.isExclusive ? 'less than' : 'at most'} ${maximum.value}`;
  return [low, high].filter(one => one !== undefined).join(' and ');
}

/* ---------------------------------------------------------------------- fixes */

export interface Sides {
  readonly contractFile: string;
  readonly form: ContractForm;
  /** Asked for when a fix is looked at. */
  readonly contractColumn: () => PlacedContractColumn | undefined;
  readonly node: NodeFacts;
  readonly project: ProjectView;
  readonly dialect: Dialect;
}

/** One for each direction. */
export function driftFixes(drift: Drift, sides: Sides): readonly RuleFix[] {
  const { contractFile, project } = sides;
  const inContract = (title: string, edits: () => readonly TextEdit[]): RuleFix => ({
    title,
    safe: false,
    edits: [],
    elsewhere: () => ({ edits: [{ file: contractFile, edits: edits() }].filter(one => one.edits.length > 0) }),
  });
  const inDbt = (title: string, edits: (entry: PlacedProperties, text: string) => readonly TextEdit[]): RuleFix => ({
    title,
    safe: false,
    edits: [],
    elsewhere: () => {
      const place = project.placesOf(sides.node.id);
      const text = place && project.textOf(place.file);
      if (!place || text === undefined) return {};
      return { edits: [{ file: place.file, edits: edits(place.entry, text) }].filter(one => one.edits.length > 0) };
    },
  });
  switch (drift.kind) {
    case 'type':
      return [
        inContract(`Promise ${drift.dbt.type?.text} in the contract`, () => typeEdits(drift, sides)),
        inDbt('Write the promised type into the YAML', entry => {
          const at = placeInEntry(drift, entry)?.column.dataTypeAt;
          const type = promisedType(drift, sides);
          return at && type !== undefined ? [{ span: at, text: type }] : [];
        }),
      ];
    case 'values':
      return [
        inContract('Promise the values of the test', () => {
          const at = sides.contractColumn()?.places['values']?.value;
          return at ? [replaceValues(project.textOf(contractFile) ?? '', at, drift.dbt.values ?? [])] : [];
        }),
        inDbt('Test the values of the contract', (entry, text) => {
          const at = placeInEntry(drift, entry)?.test?.argumentsAt['values'];
          return at ? [replaceValues(text, at, drift.column.values ?? [])] : [];
        }),
      ];
    case 'range':
      return [
        inContract('Promise the limits of the test', () => {
          const places = sides.contractColumn()?.places ?? {};
          return limitEdits(places['minimum']?.value, places['maximum']?.value, drift.dbt.range, drift.column.range);
        }),
        inDbt('Test the limits of the contract', entry => {
          const at = placeInEntry(drift, entry)?.test?.argumentsAt ?? {};
          return limitEdits(at['min_value'], at['max_value'], drift.column.range, drift.dbt.range);
        }),
      ];
    case 'null':
      return [
        {
          title: 'Add the test not_null',
          safe: false,
          edits: [],
          elsewhere: () =>
            addToEntry(project, sides.node, {
              columns: [{ name: nameOf(drift, sides), tests: [{ name: 'not_null' }] }],
            }),
        },
        inContract('Allow NULL in the contract', () => {
          const place = sides.contractColumn()?.places['required'];
          const key = place?.key && (project.textOf(contractFile) ?? '').slice(place.key.start, place.key.end);
          if (!place || !/^(nullable|not_null|required)$/.test(key ?? '')) return [];
          return [{ span: place.value, text: key === 'nullable' ? 'true' : 'false' }];
        }),
      ];
  }
}

function typeEdits(
  drift: Extract<Drift, { kind: 'type' }>,
  { form, dialect, contractColumn }: Sides,
): readonly TextEdit[] {
  const column = contractColumn();
  const type = drift.dbt.type;
  if (!column || !type) return [];
  const { physicalType, type: place } = column.places;
  if (form === 'seed' || form === 'properties') return place ? [{ span: place.value, text: yamlValue(type.text) }] : [];
  const [family] = familiesOf(type, 'dbt', dialect);
  const edits = family ? retype(column, form, family, dialect) : [];
  return edits.map(edit =>
    physicalType && edit.span === physicalType.value ? { ...edit, text: yamlValue(type.text) } : edit,
  );
}

/** As the warehouse calls it: the contract's own text where that is a type of a warehouse. */
function promisedType({ column }: Drift, { form, dialect }: Sides): string | undefined {
  const { type } = column;
  if (!type) return undefined;
  const families = familiesOf(type, form, dialect);
  const isOwn = form === 'seed' || form === 'properties' || (type.logical !== undefined && type.logical !== type.text);
  if (isOwn && families.length === 1) return yamlValue(type.text);
  const [family] = families;
  return family && sqlType(family, dialect);
}

function limitEdits(
  minimumAt: Span | undefined,
  maximumAt: Span | undefined,
  wanted: ContractRange | undefined,
  written: ContractRange | undefined,
): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  for (const [at, to, from] of [
    [minimumAt, wanted?.minimum, written?.minimum],
    [maximumAt, wanted?.maximum, written?.maximum],
  ] as const) {
    if (at && to && String(to.value) !== String(from?.value)) edits.push({ span: at, text: yamlValue(to.value) });
  }
  return edits;
}

/** As the model calls it. */
function nameOf({ column }: Drift, { node, project }: Sides): string {
  const names = namesOf(column).map(plainName);
  const found = project.columnsOf(node.id)?.columns.find(one => names.includes(plainName(one.name)));
  return found?.name ?? column.name;
}
