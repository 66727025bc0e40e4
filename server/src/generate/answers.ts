/** From answers as people give them to answers that can be relied on: checked, looked up, and filled from the project's facts. */

import { nearest } from '../base/nearest.ts';
import type { GeneratorContext, Relation } from './context.ts';
import type { Answer, Answers, Input, Kind } from './kind.ts';

export interface ReadAnswers {
  /** What is answered, by people or by a default; names for relations. */
  readonly answers: Answers;
  /** The same with relations looked up, and empty lists where nothing was chosen: what `plan` gets. */
  readonly values: { readonly [name: string]: unknown };
  /** Required inputs without an answer. */
  readonly missing: readonly string[];
  /** What is wrong with answers that were given, in words for people. */
  readonly problems: readonly string[];
  /** Names of inputs that play a part with these answers. */
  readonly active: readonly string[];
}

export function readAnswers(kind: Kind, given: Answers, context: GeneratorContext): ReadAnswers {
  const answers: { [name: string]: Answer | undefined } = {};
  const values: { [name: string]: unknown } = {};
  const missing: string[] = [];
  const active: string[] = [];
  const problems = unknownInputs(kind, given);
  for (const [name, input] of Object.entries(kind.inputs)) {
    const isGiven = Object.hasOwn(given, name) && given[name] !== undefined;
    if (input.when && !input.when(answers, context) && !isGiven) {
      values[name] = isList(input) ? [] : undefined;
      continue;
    }
    active.push(name);
    const read = isGiven
      ? readAnswer(name, input, given[name] as Answer, answers, context)
      : { answer: proposed(input, answers, context) };
    if ('problem' in read) {
      problems.push(read.problem);
      continue;
    }
    const { answer } = read;
    if (input.required && (answer === undefined || (Array.isArray(answer) && answer.length === 0))) missing.push(name);
    answers[name] = answer;
    values[name] = lookedUp(input, answer, context);
  }
  return { answers, values, missing: essential(kind, missing), problems, active };
}

/** Without the relation that all else is taken from, nobody knows yet what else will be missing. */
function essential(kind: Kind, missing: readonly string[]): readonly string[] {
  const isRelation = (name: string): boolean => ['source', 'model'].includes(kind.inputs[name]?.type ?? '');
  if (!missing.some(isRelation)) return missing;
  return missing.filter(name => isRelation(name) || kind.inputs[name]?.propose === undefined);
}

/** What is wrong with one answer; `undefined` when nothing is. */
export function checkAnswer(
  kind: Kind,
  name: string,
  value: Answer,
  answers: Answers,
  context: GeneratorContext,
): string | undefined {
  const input = Object.hasOwn(kind.inputs, name) ? kind.inputs[name] : undefined;
  if (!input) return `There is no input '${name}'.`;
  const read = readAnswer(name, input, value, answers, context);
  if ('problem' in read) return read.problem;
  if (input.required && (read.answer === undefined || read.answer === '')) return 'An answer is needed here.';
  return undefined;
}

/** The relation that an input's columns belong to. */
export function relationOf(input: Input, answers: Answers, context: GeneratorContext): Relation | undefined {
  const of = 'of' in input ? (input.of ?? 'from') : 'from';
  const name = answers[of];
  return typeof name === 'string' ? context.relation(name) : undefined;
}

export function isList(input: Input): boolean {
  return input.type === 'columns' || ('several' in input && input.several === true);
}

/* ------------------------------------------------------------------ reading */

type Read = { readonly answer: Answer | undefined } | { readonly problem: string };

function readAnswer(name: string, input: Input, given: Answer, answers: Answers, context: GeneratorContext): Read {
  if (isList(input)) {
    const items = listOf(given);
    const read = items.map(item => readOne(name, input, item, answers, context));
    const wrong = read.find(each => 'problem' in each);
    if (wrong) return wrong;
    return { answer: unique(read.flatMap(each => ('answer' in each ? [String(each.answer)] : []))) };
  }
  if (Array.isArray(given) && given.length !== 1) return { problem: `'${name}' takes one answer.` };
  return readOne(name, input, Array.isArray(given) ? String(given[0]) : (given as string), answers, context);
}

function readOne(
  name: string,
  input: Input,
  given: string | number | boolean,
  answers: Answers,
  context: GeneratorContext,
): Read {
  const text = String(given).trim();
  if (text === '') return { answer: undefined };
  switch (input.type) {
    case 'source':
    case 'model':
      return readRelation(name, input, text, context);
    case 'column':
    case 'columns':
      return readColumn(name, input, text, answers, context);
    case 'choice':
      return input.choices.includes(text)
        ? { answer: text }
        : { problem: `'${name}' cannot be '${text}'. It is one of ${input.choices.join(', ')}.` };
    case 'number': {
      const number = Number(text);
      const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = input;
      if (Number.isFinite(number) && number >= minimum && number <= maximum) return { answer: number };
      const range = Number.isFinite(minimum) || Number.isFinite(maximum) ? ` from ${minimum} to ${maximum}` : '';
      return { problem: `'${name}' is a number${range}, not '${text}'.` };
    }
    case 'flag': {
      if (/^(?:true|yes|on|1)$/i.test(text)) return { answer: true };
      if (/^(?:false|no|off|0)$/i.test(text)) return { answer: false };
      return { problem: `'${name}' is true or false, not '${text}'.` };
    }
    case 'text': {
      const problem = input.check?.(text, context, answers);
      return problem === undefined ? { answer: text } : { problem };
    }
  }
}

function readRelation(
  name: string,
  input: Extract<Input, { type: 'source' | 'model' }>,
  text: string,
  context: GeneratorContext,
): Read {
  const found = context.relation(text);
  const kinds = acceptedKinds(input);
  if (found && kinds.includes(found.kind)) return { answer: found.label };
  if (found)
    return { problem: `'${name}' is ${kinds.map(article).join(' or ')}, and '${text}' is ${article(found.kind)}.` };
  const near = nearest(
    text,
    context.relations.filter(each => kinds.includes(each.kind)).map(each => each.label),
    3,
  );
  const hint = near ? ` Did you mean '${near}'?` : '';
  return { problem: `There is no ${kinds.join(' or ')} '${text}' in the project.${hint}` };
}

function readColumn(name: string, input: Input, text: string, answers: Answers, context: GeneratorContext): Read {
  const relation = relationOf(input, answers, context);
  const found = relation?.columns.find(column => column.name.toLowerCase() === text.toLowerCase());
  if (!relation || found || !relation.isComplete) return { answer: found?.name ?? text };
  const near = nearest(
    text,
    relation.columns.map(column => column.name),
    3,
  );
  const hint = near ? ` Did you mean '${near}'?` : ` It has ${relation.columns.map(column => column.name).join(', ')}.`;
  return { problem: `'${name}': '${relation.label}' has no column '${text}'.${hint}` };
}

export function acceptedKinds(input: Extract<Input, { type: 'source' | 'model' }>): readonly Relation['kind'][] {
  return input.accepts ?? (input.type === 'source' ? ['source'] : ['model', 'snapshot', 'seed']);
}

function proposed(input: Input, answers: Answers, context: GeneratorContext): Answer | undefined {
  return input.propose?.(context, answers) ?? input.default;
}

function lookedUp(input: Input, answer: Answer | undefined, context: GeneratorContext): unknown {
  if (isList(input)) {
    const items = answer === undefined ? [] : listOf(answer);
    return input.type === 'source' || input.type === 'model'
      ? items.flatMap(item => context.relation(item) ?? [])
      : items;
  }
  if (input.type === 'source' || input.type === 'model') {
    return typeof answer === 'string' ? context.relation(answer) : undefined;
  }
  return answer;
}

function unknownInputs(kind: Kind, given: Answers): string[] {
  const known = Object.keys(kind.inputs);
  return Object.keys(given)
    .filter(name => !known.includes(name))
    .map(name => {
      const near = nearest(name, known, 3);
      return `${kind.id} has no input '${name}'. ${near ? `Did you mean '${near}'?` : `It has ${known.join(', ')}.`}`;
    });
}

function listOf(answer: Answer): readonly string[] {
  const items = Array.isArray(answer) ? answer.map(String) : String(answer).split(',');
  return items.map(item => item.trim()).filter(item => item !== '');
}

function unique(items: readonly string[]): string[] {
  const seen = new Set<string>();
  return items.filter(item => !seen.has(item.toLowerCase()) && seen.add(item.toLowerCase()));
}

function article(kind: Relation['kind']): string {
  return `a ${kind}`;
}
