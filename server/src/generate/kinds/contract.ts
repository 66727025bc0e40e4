import { personalDataOf } from '../../contracts/personal-data.ts';
import type { GeneratorContext, Relation, RelationColumn } from '../context.ts';
import { decision } from '../decision.ts';
import {
  documentFolder,
  documentPath,
  documentPlan,
  isRequired,
  isTypeUnknown,
  isUniqueAlone,
  OWNER,
  orDecide,
  typeWord,
  type YamlDocumentValue,
} from '../documents.ts';
import { defineKind } from '../kind.ts';
import { answered } from '../model-kind.ts';
import { parentFolder } from '../naming.ts';
import type { Plan } from '../plan.ts';
import { placeEntries } from '../properties.ts';
import { keyOf, sentence } from '../roles.ts';
import type { YamlValue } from '../yaml-writer.ts';

const FORMS = ['seed', 'properties', 'odcs', 'dcs', 'dbt'] as const;

export default defineKind({
  title: 'Data contract',
  summary: 'What a model promises to those who read it, from its SQL, types and tests: in any of five forms.',
  group: 'documents',
  inputs: {
    from: { type: 'model', accepts: ['model', 'seed', 'snapshot'], title: 'Which model?', required: true },
    form: {
      type: 'choice',
      choices: FORMS,
      meanings: [
        '`contract:` with a list of columns',
        '`contract:` with columns by name',
        'Open Data Contract Standard 3.1',
        'Data Contract Specification 1.2',
        "dbt's own: an enforced contract in the model's YAML",
      ],
      title: 'In which form?',
      default: 'seed',
      asked: true,
    },
    key: {
      type: 'columns',
      title: 'Which columns tell rows apart?',
      proposes: 'the key that its SQL or tests prove',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && relation.keys.length > 0 ? keyOf(relation) : [];
      },
    },
    owner: { ...OWNER, when: answers => answers['form'] !== 'dbt' },
    consumers: {
      type: 'text',
      several: true,
      title: 'Who reads it?',
      asked: true,
      when: answers => answers['form'] !== 'dbt',
    },
    freshness_hours: { type: 'number', minimum: 0, title: 'How many hours old may it be?', default: 24 },
    policy: {
      type: 'choice',
      choices: ['version-bump', 'notify-30-days', 'never-break'],
      title: 'How may it change?',
      default: 'version-bump',
      when: answers => answers['form'] === undefined || answers['form'] === 'seed' || answers['form'] === 'properties',
    },
    channel: { type: 'text', title: 'Where are changes announced?', when: answers => answers['form'] !== 'dbt' },
  },
  plan(context, { from, form, key, owner, consumers, freshness_hours: hours, policy, channel }) {
    if (from.columns.length === 0) return { problem: `No column of '${from.label}' is known.` };
    const facts = { from, key: new Set(key.map(column => column.toLowerCase())), keys: key };
    const messages = [
      ...(from.isComplete ? [] : [`Not all columns of '${from.label}' can be told from its SQL: some may be missing.`]),
      ...unknownTypes(from),
    ];
    if (form === 'dbt') return dbtPlan(facts, context, messages);
    const about: About = {
      owner: orDecide(owner, 'team'),
      consumers,
      hours,
      policy,
      channel: orDecide(channel, '#data'),
      description: from.description ?? decision(sentence(from.name)),
    };
    const folder = documentFolder('contracts', /(?:^|\/)contracts\/|\.contract\.ya?ml$/, context);
    switch (form) {
      case 'seed':
        return documentPlan(documentPath(folder, from.name, 'contract.yml'), seedForm(facts, about), messages);
      case 'properties':
        return documentPlan(documentPath(folder, from.name, 'contract.yml'), propertiesForm(facts, about), messages);
      case 'odcs':
        return documentPlan(documentPath(folder, from.name, 'odcs.yaml'), odcsForm(facts, about), messages);
      case 'dcs':
        return documentPlan(documentPath(folder, from.name, 'datacontract.yaml'), dcsForm(facts, about), messages);
    }
  },
});

interface Facts {
  readonly from: Relation;
  /** In lower case. */
  readonly key: ReadonlySet<string>;
  readonly keys: readonly string[];
}

interface About {
  readonly owner: string;
  readonly consumers: readonly string[];
  readonly hours: number;
  readonly policy: string;
  readonly channel: string;
  readonly description: string;
}

const VERSION = '1.0.0';

function unknownTypes(from: Relation): readonly string[] {
  const names = from.columns.filter(isTypeUnknown).map(column => column.name);
  return names.length === 0 ? [] : [`The type of ${names.join(', ')} is not known and was taken for text.`];
}

function isKey({ key }: Facts, column: RelationColumn): boolean {
  return key.has(column.name.toLowerCase());
}

function mustBeThere(facts: Facts, column: RelationColumn): boolean {
  return isKey(facts, column) || isRequired(column);
}

function isPersonal({ from }: Facts, column: RelationColumn): boolean {
  const beside = from.columns.map(each => each.name);
  return personalDataOf(column.name, { type: column.type, table: from.name, beside }) !== undefined;
}

function descriptionOf(column: RelationColumn): string {
  return column.description ?? decision(sentence(column.name));
}

function typeOf(column: RelationColumn): string {
  return isTypeUnknown(column) ? decision(typeWord(column)) : typeWord(column);
}

function seedForm(facts: Facts, about: About): YamlDocumentValue {
  const { from, keys } = facts;
  return {
    contract: {
      name: from.name,
      version: VERSION,
      owner: about.owner,
      description: about.description,
      consumers: about.consumers.length > 0 ? about.consumers : [decision('team')],
      sla: { freshness_hours: about.hours, availability_percent: 99.9, support_hours: 'business-hours' },
      schema: from.columns.map(column => {
        const checks: YamlValue[] = [
          ...(isUniqueAlone(from, column.name) || (keys.length === 1 && isKey(facts, column))
            ? [{ type: 'unique' }]
            : []),
          ...(column.values ? [{ type: 'enum', params: { values: column.values } }] : []),
        ];
        return {
          column: column.name,
          type: typeOf(column),
          nullable: !mustBeThere(facts, column),
          primary_key: isKey(facts, column) ? true : undefined,
          description: descriptionOf(column),
          pii: isPersonal(facts, column),
          checks: checks.length > 0 ? checks : undefined,
        };
      }),
      breaking_change_policy: about.policy,
      notification_channel: about.channel,
    },
  };
}

function propertiesForm(facts: Facts, about: About): YamlDocumentValue {
  return {
    contract: {
      name: facts.from.name,
      version: VERSION,
      owner: about.owner,
      description: about.description,
      schema: {
        type: 'object',
        properties: Object.fromEntries(
          facts.from.columns.map(column => [
            column.name,
            {
              type: typeOf(column),
              not_null: mustBeThere(facts, column),
              description: descriptionOf(column),
              enum: column.values,
              pii: isPersonal(facts, column) ? true : undefined,
            },
          ]),
        ),
      },
      sla: { freshness: { max_delay_hours: about.hours } },
      consumers: (about.consumers.length > 0 ? about.consumers : [decision('team')]).map(name => ({ name })),
      breaking_change_policy: about.policy,
      notification_channel: about.channel,
    },
  };
}

function odcsForm(facts: Facts, about: About): YamlDocumentValue {
  const { from, keys } = facts;
  return {
    apiVersion: 'v3.1.0',
    kind: 'DataContract',
    id: from.name,
    name: from.name,
    version: VERSION,
    status: 'active',
    description: { purpose: about.description },
    team: { name: about.owner },
    support: [{ channel: about.channel }],
    slaProperties: [{ property: 'freshness', value: about.hours, unit: 'h' }],
    schema: [
      {
        name: from.name,
        physicalType: from.materialized === 'view' ? 'view' : 'table',
        description: about.description,
        properties: from.columns.map(column => ({
          name: column.name,
          logicalType: logicalType(column),
          physicalType: typeOf(column),
          required: mustBeThere(facts, column) ? true : undefined,
          unique: isUniqueAlone(from, column.name) ? true : undefined,
          primaryKey: isKey(facts, column) ? true : undefined,
          primaryKeyPosition: isKey(facts, column)
            ? keys.findIndex(name => name.toLowerCase() === column.name.toLowerCase()) + 1
            : undefined,
          description: descriptionOf(column),
          tags: isPersonal(facts, column) ? ['pii'] : undefined,
        })),
      },
    ],
  };
}

/** The nine words of the standard. */
function logicalType(column: RelationColumn): string {
  switch (column.type) {
    case 'integer':
      return 'integer';
    case 'decimal':
    case 'float':
      return 'number';
    case 'boolean':
    case 'date':
    case 'time':
    case 'array':
      return column.type;
    case 'timestamp':
    case 'timestamptz':
      return 'timestamp';
    case 'struct':
    case 'map':
    case 'json':
      return 'object';
    default:
      return 'string';
  }
}

function dcsForm(facts: Facts, about: About): YamlDocumentValue {
  const { from } = facts;
  return {
    dataContractSpecification: '1.2.0',
    id: from.name,
    info: { title: from.name, version: VERSION, owner: about.owner, description: about.description },
    models: {
      [from.name]: {
        type: from.materialized === 'view' ? 'view' : 'table',
        description: about.description,
        primaryKey: facts.keys.length > 1 ? facts.keys : undefined,
        fields: Object.fromEntries(
          from.columns.map(column => [
            column.name,
            {
              type: dcsType(column),
              required: mustBeThere(facts, column) ? true : undefined,
              primaryKey: facts.keys.length === 1 && isKey(facts, column) ? true : undefined,
              unique: isUniqueAlone(from, column.name) ? true : undefined,
              description: descriptionOf(column),
              pii: isPersonal(facts, column) ? true : undefined,
              enum: column.values,
            },
          ]),
        ),
      },
    },
    servicelevels: { freshness: { description: 'Age of the newest row.', threshold: `${about.hours}h` } },
  };
}

/** Of that specification's own types. */
function dcsType(column: RelationColumn): string {
  switch (column.type) {
    case 'integer':
      return 'bigint';
    case 'decimal':
      return 'decimal';
    case 'float':
      return 'double';
    case 'boolean':
    case 'date':
    case 'time':
    case 'array':
    case 'map':
      return column.type;
    case 'timestamp':
      return 'timestamp_ntz';
    case 'timestamptz':
      return 'timestamp_tz';
    case 'struct':
      return 'record';
    case 'json':
      return 'variant';
    case 'binary':
      return 'bytes';
    default:
      return column.type === undefined ? decision('string') : 'string';
  }
}

/** The entry of the model: dbt wants the type of every column. */
function dbtPlan(facts: Facts, context: GeneratorContext, messages: readonly string[]): Plan {
  const { from } = facts;
  if (from.kind !== 'model')
    return { problem: `dbt enforces contracts of models only, and '${from.label}' is a ${from.kind}.` };
  if (from.entryPath !== undefined) {
    return {
      problem: `'${from.name}' has an entry in ${from.entryPath}. Write 'contract: { enforced: true }' under its 'config' there: then the types that are missing are found, and added by their fix.`,
    };
  }
  const entry = {
    name: from.name,
    description: from.description ?? decision(sentence(from.name)),
    config: { contract: { enforced: true } },
    columns: from.columns.map(column => {
      const constraints = [...(mustBeThere(facts, column) ? [{ type: 'not_null' }] : [])];
      return {
        name: column.name,
        data_type: typeOf(column),
        description: descriptionOf(column),
        constraints: constraints.length > 0 ? constraints : undefined,
      };
    }),
  };
  const placed = placeEntries('models', [entry], parentFolder(from.path), from.name, context);
  return { files: placed.files, edits: placed.edits, messages };
}
