/** Objects and properties of the Open Data Contract Standard: tables and columns. */

import type { OdcsVersion } from './odcs.ts';
import { choice, closed, flag, integer, list, number, open, ref, type Schema, text, texts, where } from './schema.ts';

export function odcsElements(version: OdcsVersion): { readonly [name: string]: Schema } {
  const since31 = version === '3.1';
  const element = {
    ...(since31 ? { id: ref('StableId') } : {}),
    name: text('Name of the element.'),
    physicalName: text('Its name in the warehouse.'),
    physicalType: text('Its type in the warehouse: a kind of table, or a type of column.', {
      examples: ['table', 'view', 'topic', 'file', 'VARCHAR(20)', 'TIMESTAMP'],
    }),
    description: text('What it holds.'),
    businessName: text('Its name in the words of the business.'),
    authoritativeDefinitions: ref('AuthoritativeDefinitions'),
    tags: ref('Tags'),
    customProperties: ref('CustomProperties'),
    quality: list(ref('DataQuality'), 'Checks that every delivery passes.'),
  };
  return {
    SchemaObject: closed(
      {
        ...element,
        // The files of a storage container, as the Data Contract CLI has them.
        logicalType: choice(['object', 'blob'], 'object, or blob for files as they lie in a storage container.'),
        dataGranularityDescription: text('What one row is, in words.'),
        properties: list(ref('SchemaProperty'), 'The columns.'),
        ...(since31
          ? { relationships: list(ref('RelationshipSchemaLevel'), 'Foreign keys of one or more columns.') }
          : {}),
      },
      { required: ['name'] },
    ),
    SchemaProperty: property(version, element, ['name']),
    SchemaItemProperty: property(version, element, []),
    ...(since31 ? relationships() : {}),
  };
}

function property(
  version: OdcsVersion,
  element: { readonly [key: string]: Schema },
  required: readonly string[],
): Schema {
  const since31 = version === '3.1';
  const types = since31
    ? ['string', 'date', 'timestamp', 'time', 'number', 'integer', 'object', 'array', 'boolean']
    : ['string', 'date', 'number', 'integer', 'object', 'array', 'boolean'];
  const keys: { readonly [key: string]: Schema } = {
    ...element,
    primaryKey: flag('Is it the key, or a part of it?'),
    primaryKeyPosition: integer('Place in the key, from 1.', { default: -1 }),
    logicalType: choice(types, 'Kind of value, whatever the warehouse.'),
    logicalTypeOptions: open({}, { description: 'What more is known of the values; depends on logicalType.' }),
    required: flag('Is NULL forbidden?', { default: false }),
    unique: flag('Does no value occur twice?', { default: false }),
    partitioned: flag('Is the table partitioned by it?', { default: false }),
    partitionKeyPosition: integer('Place in the partition key, from 1.', { default: -1 }),
    classification: text('Who may see it.', { examples: ['public', 'internal', 'confidential', 'restricted'] }),
    encryptedName: text('Column that holds the same value encrypted.'),
    transformSourceObjects: texts('Objects that the value comes from.'),
    transformLogic: text('How the value is computed.'),
    transformDescription: text('How the value is computed, in words.'),
    examples: { type: 'array', description: 'Values as they occur.' },
    criticalDataElement: flag('Is it critical to the business?', { default: false }),
    properties: list(ref('SchemaProperty'), 'Fields of an object.'),
    items: { ...ref('SchemaItemProperty') },
    ...(since31 ? { relationships: list(ref('RelationshipPropertyLevel'), 'Foreign keys that begin here.') } : {}),
  };
  /** Only values of that type have such parts; where no type is stated, anything may be meant. */
  const partsOf = (key: string, type: string): Schema => ({
    if: { required: ['logicalType'], properties: { logicalType: { enum: types.filter(one => one !== type) } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: closed(Object.fromEntries(Object.keys(keys).flatMap(one => (one === key ? [] : [[one, {}]])))),
  });
  return closed(keys, {
    ...(required.length > 0 ? { required } : {}),
    dependencies: { logicalTypeOptions: ['logicalType'] },
    allOf: [
      ...optionsByType(since31).map(([type, options]) =>
        where('logicalType', type, {
          properties: { logicalTypeOptions: { type: 'object', additionalProperties: false, properties: options } },
        }),
      ),
      partsOf('items', 'array'),
      // The standard lets the items of a list have fields whatever their type.
      ...(required.length > 0 ? [partsOf('properties', 'object')] : []),
    ],
  });
}

type Options = readonly (readonly [type: string, options: { readonly [key: string]: Schema }])[];

function optionsByType(since31: boolean): Options {
  const count = (description: string): Schema => integer(description, { minimum: 0 });
  const limits = (kind: Schema['type']): { readonly [key: string]: Schema } => {
    const exclusive = (word: string): Schema =>
      since31
        ? { type: kind as 'string', description: `Values are ${word} than this.` }
        : flag(`Must values be ${word} than the limit, and not equal to it?`, { default: false });
    return {
      minimum: { type: kind as 'string', description: 'Smallest value allowed.' },
      maximum: { type: kind as 'string', description: 'Largest value allowed.' },
      exclusiveMinimum: exclusive('greater'),
      exclusiveMaximum: exclusive('less'),
    };
  };
  const numeric = (formats: readonly string[]) => ({
    ...limits('number'),
    multipleOf: number('Values are multiples of this.', { exclusiveMinimum: 0 }),
    format: choice(formats, 'Bits of the number, and whether it has a sign.'),
  });
  const dates = {
    ...limits('string'),
    format: text('Pattern of the value, as the DateTimeFormatter of Java has it.', {
      examples: ['yyyy-MM-dd', 'yyyy-MM-dd HH:mm:ss', 'HH:mm:ss'],
    }),
  };
  const zoned = {
    ...dates,
    timezone: flag('Does the value hold its time zone?'),
    defaultTimezone: text('Time zone of values that hold none.', { default: 'Etc/UTC' }),
  };
  return [
    [
      'string',
      {
        minLength: count('Fewest characters.'),
        maxLength: count('Most characters.'),
        pattern: text('Regular expression (ECMA-262) that every value fits.'),
        format: text('What the text is.', {
          examples: ['password', 'byte', 'binary', 'email', 'uuid', 'uri', 'hostname', 'ipv4', 'ipv6'],
        }),
      },
    ],
    ['date', dates],
    ...(since31
      ? ([
          ['timestamp', zoned],
          ['time', zoned],
        ] as const)
      : []),
    ['integer', numeric(['i8', 'i16', 'i32', 'i64', 'i128', 'u8', 'u16', 'u32', 'u64', 'u128'])],
    ['number', numeric(['f32', 'f64'])],
    [
      'object',
      {
        maxProperties: count('Most fields.'),
        minProperties: count('Fewest fields.'),
        required: texts('Fields that are always there.', { minItems: 1, uniqueItems: true }),
      },
    ],
    [
      'array',
      {
        maxItems: count('Most items.'),
        minItems: count('Fewest items.'),
        uniqueItems: flag('Does no item occur twice?', { default: false }),
      },
    ],
  ];
}

/** `orders.order_id`, or by stable ids with slashes, the latter also in another file. */
const REFERENCE =
  '^(?:[A-Za-z_][A-Za-z0-9_]*\\.[A-Za-z_][A-Za-z0-9_]*|(?:(?:https?://)?[A-Za-z0-9._/-]+\\.yaml#)?/?[A-Za-z_][A-Za-z0-9_]*/[A-Za-z0-9_-]+(?:/[A-Za-z_][A-Za-z0-9_]*/[A-Za-z0-9_-]+)*)$';

function relationships(): { readonly [name: string]: Schema } {
  const end = (description: string): Schema => ({
    type: ['string', 'array'],
    description,
    pattern: REFERENCE,
    minItems: 1,
    items: { type: 'string', pattern: REFERENCE },
    examples: ['orders.order_id', 'schema/orders/properties/order_id'],
  });
  const common = {
    type: choice(['foreignKey'], 'Kind of relationship.', { default: 'foreignKey' }),
    to: end('Column it leads to, as object.column; a list for a key of several columns.'),
    customProperties: ref('CustomProperties'),
  };
  return {
    RelationshipSchemaLevel: closed(
      { ...common, from: end('Column it begins at, as object.column; a list for a key of several columns.') },
      {
        required: ['from', 'to'],
        allOf: [
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          { if: { properties: { from: { type: 'array' } } }, then: { properties: { to: { type: 'array' } } } },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          { if: { properties: { from: { type: 'string' } } }, then: { properties: { to: { type: 'string' } } } },
        ],
      },
    ),
    RelationshipPropertyLevel: closed(common, { required: ['to'] }),
  };
}
