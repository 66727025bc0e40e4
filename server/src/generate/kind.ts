/**
 * What a kind of generator is. One file in kinds/ holds one whole: what it asks for and what it makes of the answers; the
 * file's name is its id. `npm run gen` finds it.
 */

import type { GeneratorContext, Relation, RelationKind } from './context.ts';
import type { Plan } from './plan.ts';

/** An answer as the command line and editors give it: relations and columns by their names. */
export type Answer = string | number | boolean | readonly string[];

/** Answers by the name of their input, as far as they are known. */
export type Answers = { readonly [input: string]: Answer | undefined };

interface InputBase<V extends Answer> {
  /** The question, as the palette puts it. */
  readonly title: string;
  /** Nothing can be made without an answer. */
  readonly required?: boolean;
  /** The palette asks for it though it may be left out. What is required is asked in any case. */
  readonly asked?: boolean;
  readonly default?: V;
  /** The default that the project's facts and earlier answers suggest; wins over `default`. */
  readonly propose?: (context: GeneratorContext, answers: Answers) => V | undefined;
  /** Where `propose` takes it from, for lists of inputs: `its declared key`. */
  readonly proposes?: string;
  /** Without it, or where it says yes, the input plays a part. */
  readonly when?: (answers: Answers, context: GeneratorContext) => boolean;
}

export interface RelationInput extends InputBase<string | readonly string[]> {
  /** `source`: a table of a source, as `crm.customers`. `model`: a model, or what else `accepts` lists, by its name. */
  readonly type: 'source' | 'model';
  readonly accepts?: readonly RelationKind[];
  /** A list of them. */
  readonly several?: boolean;
  /** The likeliest first; those that cannot serve are left out. */
  readonly order?: (relations: readonly Relation[], context: GeneratorContext, answers: Answers) => readonly Relation[];
  /** A word of warning or comfort for the list. */
  readonly detail?: (relation: Relation, context: GeneratorContext, answers: Answers) => string | undefined;
}

export interface ColumnInput extends InputBase<string> {
  readonly type: 'column';
  /** Input whose relation has the columns; `from` unless told. */
  readonly of?: string;
  readonly candidates?: (relation: Relation, answers: Answers, context: GeneratorContext) => readonly string[];
}

export interface ColumnsInput extends InputBase<readonly string[]> {
  readonly type: 'columns';
  readonly of?: string;
  readonly candidates?: (relation: Relation, answers: Answers, context: GeneratorContext) => readonly string[];
}

export interface ChoiceInput extends InputBase<string | readonly string[]> {
  readonly type: 'choice';
  readonly choices: readonly string[];
  /** What each choice means, in the order of `choices`. */
  readonly meanings?: readonly string[];
  readonly several?: boolean;
}

export interface TextInput extends InputBase<string | readonly string[]> {
  readonly type: 'text';
  /** A list of texts, parted by commas on the command line. */
  readonly several?: boolean;
  /** What is wrong with a text, in words for people. */
  readonly check?: (value: string, context: GeneratorContext, answers: Answers) => string | undefined;
  /** Texts to choose from, where there are some. */
  readonly candidates?: (context: GeneratorContext) => readonly string[];
}

export interface NumberInput extends InputBase<number> {
  readonly type: 'number';
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface FlagInput extends InputBase<boolean> {
  readonly type: 'flag';
}

export type Input = RelationInput | ColumnInput | ColumnsInput | ChoiceInput | TextInput | NumberInput | FlagInput;
/** In the order in which they are asked; each may rest on those before it. */
export type Inputs = { readonly [name: string]: Input };

/** The answers as `plan` sees them: relations looked up, and never without a value where one is required or a default. */
export type AnswersOf<I extends Inputs> = {
  readonly [N in keyof I]: I[N] extends { required: true } | { default: Answer }
    ? ValueOf<I[N]>
    : I[N] extends { type: 'columns' } | { several: true }
      ? ValueOf<I[N]>
      : ValueOf<I[N]> | undefined;
};

type ValueOf<D extends Input> = D extends { type: 'source' | 'model' }
  ? D extends { several: true }
    ? readonly Relation[]
    : Relation
  : D extends { type: 'choice'; choices: readonly (infer C)[] }
    ? D extends { several: true }
      ? readonly C[]
      : C
    : D extends { type: 'text' }
      ? D extends { several: true }
        ? readonly string[]
        : string
      : D extends { type: 'column' }
        ? string
        : D extends { type: 'columns' }
          ? readonly string[]
          : D extends { type: 'number' }
            ? number
            : boolean;

/** Where a kind stands in lists. */
export const GROUPS = [
  'layers',
  'facts',
  'dimensions',
  'data vault',
  'properties',
  'checks',
  'documents',
  'project',
] as const;
export type Group = (typeof GROUPS)[number];

interface KindDefinition<I extends Inputs> {
  /** What it makes: `Type 1, 2, 3, 4 or 6 dimension`. */
  readonly title: string;
  /** One sentence for lists. */
  readonly summary: string;
  readonly group: Group;
  /** It makes sense where no dbt project is. */
  readonly worksAnywhere?: boolean;
  /** Loads what `plan` needs and is too large to have at hand always; waited for before `plan`. */
  readonly prepare?: () => Promise<void>;
  readonly inputs: I;
  /** Files, edits and messages; or a problem that people can solve. */
  readonly plan: (context: GeneratorContext, answers: AnswersOf<I>) => Plan;
}

/** A kind, whatever its inputs. */
export interface Kind extends Omit<KindDefinition<Inputs>, 'plan'> {
  readonly id: string;
  // Inputs of a certain kind are narrower than all inputs: what `plan` gets is made by `answersFor` from the same definition.
  readonly plan: (context: GeneratorContext, answers: never) => Plan;
}

export function defineKind<const I extends Inputs>(kind: KindDefinition<I>): Omit<Kind, 'id'> {
  return kind;
}
