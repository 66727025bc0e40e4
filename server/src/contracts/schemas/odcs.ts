/**
 * Open Data Contract Standard 3.0 and 3.1, written from the text of the standard (Linux Foundation AI & Data, Bitol):
 * https://bitol-io.github.io/open-data-contract-standard. Where 3.0 leaves a map open, ours is open too.
 */

import { odcsQuality } from './odcs-quality.ts';
import { odcsElements } from './odcs-schema.ts';
import { odcsServer } from './odcs-servers.ts';
import {
  ANYTHING,
  choice,
  closed,
  DRAFT_7,
  list,
  number,
  open,
  ref,
  SCALAR,
  type Schema,
  text,
  texts,
} from './schema.ts';

export type OdcsVersion = '3.0' | '3.1';

export const ODCS_VERSIONS: { readonly [version in OdcsVersion]: readonly string[] } = {
  '3.0': ['v3.0.0', 'v3.0.1', 'v3.0.2'],
  '3.1': ['v3.1.0'],
};

export const NEWEST_ODCS = 'v3.1.0';

export function odcsSchema(version: OdcsVersion): Schema {
  const since31 = version === '3.1';
  /** 3.0 says nothing of keys it does not know below the top. */
  const part = (properties: { readonly [key: string]: Schema }, more: Partial<Schema> = {}): Schema =>
    since31 ? closed(properties, more) : open(properties, more);
  const id = since31 ? { id: ref('StableId') } : {};
  const custom = { customProperties: ref('CustomProperties') };
  return {
    $schema: DRAFT_7,
    $comment: `Open Data Contract Standard, versions ${ODCS_VERSIONS[version].join(', ')}`,
    title: `Open Data Contract Standard ${version}`,
    description: 'What a producer of data promises to its readers.',
    ...closed(
      {
        version: text('Version of this contract, as major.minor.patch.', { examples: ['1.0.0'] }),
        kind: choice(['DataContract'], 'Always DataContract.', { default: 'DataContract' }),
        apiVersion: choice(
          // Tools hold contracts of earlier versions to the newest schema too.
          since31 ? [...ODCS_VERSIONS['3.1'], ...[...ODCS_VERSIONS['3.0']].reverse()] : ODCS_VERSIONS['3.0'],
          'Version of the standard that the contract follows.',
        ),
        id: text('Unique name of the contract, a UUID for instance. It never changes.'),
        name: text('Name of the contract for people.'),
        tenant: text('Organisation or part of it that the data belongs to.'),
        tags: ref('Tags'),
        status: text('Where the contract is in its life.', {
          examples: ['proposed', 'draft', 'active', 'deprecated', 'retired'],
        }),
        servers: list(ref('Server'), 'Where the data lies.'),
        dataProduct: text('Name of the data product.', since31 ? { deprecationMessage: 'Deprecated since 3.1.' } : {}),
        description: open(
          {
            usage: text('What the data is meant to be used for.'),
            purpose: text('Why the data exists.'),
            limitations: text('What the data must not be used for, technically or by law.'),
            authoritativeDefinitions: ref('AuthoritativeDefinitions'),
            ...custom,
          },
          { description: 'What the data is, in words.' },
        ),
        domain: text('Part of the business that the data belongs to.'),
        schema: list(ref('SchemaObject'), 'The tables, documents or topics, with their columns.'),
        support: list(ref('SupportItem'), 'Where readers ask and are told of changes.'),
        price: part(
          {
            ...id,
            priceAmount: number('Price per unit.'),
            priceCurrency: text('Currency of the price, such as EUR.'),
            priceUnit: text('What the price is for, such as megabyte.'),
          },
          { description: 'What the data costs.' },
        ),
        team: since31
          ? {
              ...closed({
                ...id,
                name: text('Name of the team.'),
                description: text('What the team does.'),
                members: list(ref('TeamMember'), 'People of the team, past and present.'),
                tags: ref('Tags'),
                ...custom,
                authoritativeDefinitions: ref('AuthoritativeDefinitions'),
              }),
              type: ['object', 'array'],
              description: 'Who is responsible. A list of members is the form of 3.0, deprecated since 3.1.',
              items: ref('TeamMember'),
            }
          : list(ref('TeamMember'), 'Who is responsible, past and present.'),
        roles: list(ref('Role'), 'Roles that give access to the data.'),
        slaDefaultElement: text(
          'Element that the SLA is about unless it says otherwise.',
          since31 ? { deprecationMessage: 'Deprecated since 3.1: name the element in each property.' } : {},
        ),
        slaProperties: list(
          ref('ServiceLevelAgreementProperty'),
          'What readers can rely on: freshness, availability …',
        ),
        authoritativeDefinitions: ref('AuthoritativeDefinitions'),
        ...custom,
        contractCreatedTs: text('When the contract was made, in UTC.', { format: 'date-time' }),
      },
      { required: ['version', 'apiVersion', 'kind', 'id', 'status'] },
    ),
    definitions: {
      ...(since31
        ? {
            StableId: text('Technical name that others refer to; it never changes.', { pattern: '^[A-Za-z0-9_-]+$' }),
          }
        : {}),
      Tags: texts('Labels.'),
      Server: odcsServer(version),
      ...odcsElements(version),
      DataQuality: odcsQuality(version),
      AuthoritativeDefinitions: list(
        part(
          {
            ...id,
            url: text('Address of the definition.', { format: 'uri' }),
            type: text('What it defines.', {
              examples: [
                'businessDefinition',
                'transformationImplementation',
                'videoTutorial',
                'tutorial',
                'implementation',
              ],
            }),
            ...(since31 ? { description: text('What the address leads to.') } : {}),
          },
          { required: ['url', 'type'] },
        ),
        'Links to where more is said.',
      ),
      SupportItem: part(
        {
          ...id,
          channel: text('Name of the channel.'),
          url: text('Address of the channel.'),
          description: text('What the channel is for.'),
          tool: text('Tool of the channel.', {
            examples: ['email', 'slack', 'teams', 'discord', 'ticket', 'googlechat', 'other'],
          }),
          scope: text('What is written there.', {
            examples: ['interactive', 'announcements', 'issues', 'notifications'],
          }),
          invitationUrl: text('Where to ask for access to the channel.'),
          ...(since31 ? custom : {}),
        },
        { required: since31 ? ['channel'] : ['channel', 'url'] },
      ),
      TeamMember: part(
        {
          ...id,
          username: text('Name of the account, or the address.'),
          name: text('Name of the person.'),
          description: text('What the person does.'),
          role: text('Role in the team.', { examples: ['owner', 'data steward'] }),
          dateIn: text('First day in the team.', { format: 'date' }),
          dateOut: text('Last day in the team.', { format: 'date' }),
          replacedByUsername: text('Who followed.'),
          ...(since31
            ? { tags: ref('Tags'), ...custom, authoritativeDefinitions: ref('AuthoritativeDefinitions') }
            : {}),
        },
        since31 ? { required: ['username'] } : {},
      ),
      Role: part(
        {
          ...id,
          role: text('Name of the role.'),
          description: text('What the role allows.'),
          access: text('Kind of access.', { examples: ['read', 'write'] }),
          firstLevelApprovers: text('Who approves first.'),
          secondLevelApprovers: text('Who approves then.'),
          ...custom,
        },
        { required: ['role'] },
      ),
      ServiceLevelAgreementProperty: part(
        {
          ...id,
          property: text('What is promised.', {
            examples: [
              'latency',
              'availability',
              'frequency',
              'retention',
              'throughput',
              'errorRate',
              'generalAvailability',
              'endOfSupport',
              'endOfLife',
              'timeToDetect',
              'timeToNotify',
              'timeToRepair',
            ],
          }),
          value: { type: SCALAR, description: 'How much of it.' },
          valueExt: { type: SCALAR, description: 'More of the value, where the property needs it.' },
          unit: text('Unit of the value.', { examples: ['d', 'day', 'h', 'y'] }),
          element: text('Columns it is about, as object.column.'),
          driver: text('Why it matters.', { examples: ['regulatory', 'analytics', 'operational'] }),
          ...(since31
            ? {
                description: text('The promise in words.'),
                scheduler: text('What runs the check.', { examples: ['cron'] }),
                schedule: text('When the check runs.', { examples: ['0 20 * * *'] }),
              }
            : {}),
        },
        { required: ['property', 'value'] },
      ),
      CustomProperties: list(ref('CustomProperty'), 'What the standard has no key for.'),
      CustomProperty: part(
        {
          ...id,
          property: text('Name of the property.'),
          value: { ...ANYTHING, description: 'Its value, of any kind.' },
          ...(since31 ? { description: text('What the property means.') } : {}),
        },
        // Without a demand in 3.0.
        since31 ? { required: ['property', 'value'] } : {},
      ),
    },
  };
}
