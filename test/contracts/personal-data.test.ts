import { describe, expect, test } from 'vitest';
import { mayTag, personalDataIn, personalDataOf, taggedAs } from '../../server/src/contracts/personal-data.ts';
import { readProperties } from '../../server/src/project/properties.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';

const classOf = (name: string) => personalDataOf(name)?.class;

test.each([
  ['email', 'email'],
  ['customer_email', 'email'],
  ['customerEmail', 'email'],
  ['PersonEmail__c', 'email'],
  ['email_address', 'email'],
  ['phone', 'phone'],
  ['mobile_number', 'phone'],
  ['first_name', 'name'],
  ['customer_name', 'name'],
  ['ssn', 'government id'],
  ['passport_number', 'government id'],
  ['birth_date', 'birth'],
  ['date_of_birth', 'birth'],
  ['billing_address', 'postal address'],
  ['address_line_1', 'postal address'],
  ['shipping_zip', 'postal address'],
  ['ip', 'ip address'],
  ['client_ip_address', 'ip address'],
  ['card_number', 'payment'],
  ['iban', 'payment'],
  ['gender', 'special category'],
  ['password', 'credential'],
  ['refresh_token', 'credential'],
  ['user_agent', 'device'],
])('%s is %s', (name, expected) => {
  expect(classOf(name)).toBe(expected);
});

test.each([
  'product_name',
  'name',
  'email_count',
  'ip_enabled',
  'is_email_verified',
  'email_domain',
  'email_id',
  'email_hash',
  'hashed_email',
  'email_template',
  'agency_email',
  'support_email',
  'address_zip_checks_',
  'address_line1_check',
  'default_inpatient_ip',
  'contract_address',
  'token',
  'token_address',
  'file_zip',
  'cancellation',
  'business',
  'trace',
  'cardiac_count',
  'cardinality',
  'card_brand',
  'card_last4',
  'stop_lat',
  'state',
  'ownership',
  'country',
  'phone_country',
  'email_sent_at',
  'recipe',
])('%s is none', name => {
  expect(classOf(name)).toBeUndefined();
});

test('types and neighbours tell', () => {
  expect(personalDataOf('email', { type: 'boolean' })).toBeUndefined();
  expect(personalDataOf('email', { type: 'integer' })).toBeUndefined();
  expect(personalDataOf('phone', { type: 'integer' })?.class).toBe('phone');
  expect(personalDataOf('customer_address', { beside: ['tx_hash'] })).toBeUndefined();
  expect(personalDataOf('badge_number', { more: ['badge_number'] })?.words).toBe('personal data');
  expect(personalDataOf('email', { allowed: ['EMAIL'] })).toBeUndefined();
});

describe('values', () => {
  test('of one kind', () => {
    expect(personalDataIn(['a@example.org', 'b.c@example.org', '', 'd@example.co.uk'])?.class).toBe('email');
    expect(personalDataIn(['10.0.0.1', '10.0.0.2', '192.168.1.255'])?.class).toBe('ip address');
    expect(personalDataIn(['078-05-1120', '219-09-9999', '457-55-5462'])?.class).toBe('government id');
  });

  test('of several kinds, or too few', () => {
    expect(personalDataIn(['a@example.org', 'b', 'c', 'd'])).toBeUndefined();
    expect(personalDataIn(['a@example.org'])).toBeUndefined();
    expect(personalDataIn(['1.2.3', '1.2.4', '2.0.0'])).toBeUndefined();
  });
});

test('marks of all kinds', () => {
  for (const meta of [
    { pii: true },
    { contains_pii: 'true' },
    { classification: 'restricted' },
    { grainline: { pii: true } },
  ])
    expect(taggedAs(meta)).toBe('sensitive');
  for (const meta of [{ pii: false }, { classification: 'public' }, { grainline: { classification: 'internal' } }])
    expect(taggedAs(meta)).toBe('harmless');
  expect(taggedAs({ owner: 'sales' })).toBeUndefined();
  expect(taggedAs({}, ['pii'])).toBe('sensitive');
  expect(taggedAs({}, ['daily'])).toBeUndefined();
});

describe('a text in which marks may stand', () => {
  const column = (below: string): string => `models:\n  - name: m\n    columns:\n      - name: c\n${below}`;
  const marked = (text: string): boolean =>
    readProperties(parseYaml(text).documents).models.some(model =>
      model.columns.some(({ facts }) => taggedAs(facts.meta, facts.tags) !== undefined),
    );

  test.each([
    '        meta: { pii: true }',
    '        meta:\n          "contains_pii": false',
    '        config:\n          meta: {grainline: {data_classification: restricted}}',
    '        tags: [daily, PII]',
    '        tags: ["sensitive"]',
    '        tags: [daily,\n          personal data\n          ]',
    '        tags:\n          - phi # of patients',
    "        tags:\n        - 'gdpr'\r\n",
    '        tags: contains-pii',
    '        tags: restricted',
    '        tags: >-\n          confidential',
    '        tags: [&mark pci]',
  ])('%s', below => {
    expect(marked(column(below))).toBe(true);
    expect(mayTag(column(below))).toBe(true);
  });

  test('words in descriptions are no marks', () => {
    const text = column(
      '        description: Sensitive to time zones, classification of the personal account, restricted to sales\n        tags: [daily]',
    );
    expect(marked(text)).toBe(false);
    expect(mayTag(text)).toBe(false);
  });
});
