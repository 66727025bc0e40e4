import type { ContractColumn, ContractObject } from '../../contracts/model.ts';
import { plainName } from '../../contracts/promises.ts';
import { readContracts } from '../../contracts/read-contracts.ts';
import { parseYaml } from '../../syntax/yaml/parse-yaml.ts';
import type { GeneratorContext, Relation } from '../context.ts';
import { type ColumnEntry, keyTest, modelEntry, testWith } from '../entry.ts';
import { addToEntry, entryIn, sectionOf } from '../entry-edit.ts';
import { defineKind } from '../kind.ts';
import { parentFolder } from '../naming.ts';
import { placeEntries } from '../properties.ts';
import { sentence } from '../roles.ts';
import type { YamlValue } from '../yaml-writer.ts';

export default defineKind({
  title: 'Tests from a contract',
  summary: 'The dbt tests that hold a model to its data contract: keys, NULLs, values, ranges.',
  group: 'documents',
  inputs: {
    contract: {
      type: 'text',
      title: 'In which file is the contract?',
      required: true,
      proposes: 'the only contract there is',
      propose: context => {
        const found = contractFiles(context);
        return found.length === 1 ? found[0] : undefined;
      },
      candidates: contractFiles,
      check: (value, context) =>
        contractsIn(value, context).length > 0 ? undefined : `'${value}' holds no data contract.`,
    },
    from: {
      type: 'model',
      accepts: ['model', 'seed', 'snapshot'],
      title: 'Which model is it about?',
      proposes: 'the model that the contract names',
      propose: (context, answers) => {
        const path = answers['contract'];
        const names = typeof path === 'string' ? contractsIn(path, context).map(one => one.model ?? one.name) : [];
        return names.find(name => context.relation(plainName(name)) !== undefined);
      },
      required: true,
    },
  },
  plan(context, { contract, from }) {
    const all = contractsIn(contract, context);
    const object = all.find(one => plainName(one.model ?? one.name) === from.name.toLowerCase()) ?? all[0];
    if (!object) return { problem: `'${contract}' holds no data contract.` };
    const messages: string[] = [];
    const columns = object.columns.flatMap((column): ColumnEntry[] => {
      const tests = testsOf(column, object, from, context, messages);
      return tests.length === 0
        ? []
        : [{ name: column.name, description: column.description ?? sentence(column.name), tests }];
    });
    const composite = object.keys.filter(key => key.kind !== 'foreign' && key.columns.length > 1);
    const tests = composite.flatMap(key => {
      const known = from.keys.some(one => one.join() === [...key.columns].map(plainName).sort().join());
      return known ? [] : (keyTest(key.columns, context) ?? []);
    });
    if (columns.length === 0 && tests.length === 0)
      return { problem: `All that '${contract}' promises of '${from.name}' is tested already.` };
    if (entryIn(from, context)) {
      const edit = addToEntry(from, { columns, tests }, context);
      return 'problem' in edit ? edit : { files: [], edits: [edit], messages };
    }
    if (from.entryPath !== undefined)
      return {
        problem: `The entry of '${from.name}' in '${from.entryPath}' is written in a way that cannot be added to.`,
      };
    const entry = modelEntry(
      { name: from.name, description: object.description ?? sentence(from.name), tests, columns },
      context,
    );
    const placed = placeEntries(sectionOf(from), [entry], parentFolder(from.path), from.name, context);
    return { files: placed.files, edits: placed.edits, messages };
  },
});

function contractFiles(context: GeneratorContext): readonly string[] {
  return context.files.filter(path => /\.ya?ml$/i.test(path) && contractsIn(path, context).length > 0);
}

function contractsIn(path: string, context: GeneratorContext): readonly ContractObject[] {
  const text = context.text(path);
  if (text === undefined || !/\b(?:contract|dataContractSpecification|apiVersion)\b/.test(text)) return [];
  return readContracts(parseYaml(text).documents).flatMap(one => one.facts.objects);
}

function testsOf(
  column: ContractColumn,
  object: ContractObject,
  from: Relation,
  context: GeneratorContext,
  messages: string[],
): readonly YamlValue[] {
  const known = from.columns.find(one => one.name.toLowerCase() === plainName(column.name))?.tests ?? [];
  const tests: YamlValue[] = [];
  const alone = object.keys.some(
    key => key.kind !== 'foreign' && key.columns.length === 1 && key.columns[0] === column.name,
  );
  if ((column.unique === 'yes' || alone) && !known.includes('unique')) tests.push('unique');
  if ((column.required === 'yes' || column.primaryKey !== undefined) && !known.includes('not_null'))
    tests.push('not_null');
  if (column.values && !known.includes('accepted_values'))
    tests.push(testWith('accepted_values', { values: column.values as YamlValue }, context));
  if (column.range && !known.some(name => name.endsWith('accepted_range'))) {
    const { minimum, maximum } = column.range;
    if (context.packages.includes('dbt_utils')) {
      const args = { min_value: minimum?.value, max_value: maximum?.value };
      tests.push(testWith('dbt_utils.accepted_range', args, context));
    } else messages.push(`${column.name}: a test of its range needs dbt_utils, which is not installed.`);
  }
  return tests;
}
