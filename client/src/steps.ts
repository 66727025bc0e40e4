/** Questions one after another, with a way back. Leaving at any of them leaves nothing behind. */

import { Disposable, type InputBox, type QuickInput, QuickInputButtons, type QuickPickItem, window } from 'vscode';

interface Step {
  readonly title: string;
  readonly step: number;
  /** How many there are, where that is known. */
  readonly steps?: number;
  readonly hasBack: boolean;
}

export interface Question<T> extends Step {
  readonly placeholder: string;
  readonly items: readonly (QuickPickItem & { readonly value?: T })[];
  readonly several: boolean;
  /** Of several, none is an answer too. */
  readonly mayBeEmpty?: boolean;
  readonly isProposed: (value: T) => boolean;
}

export interface TextQuestion extends Step {
  readonly prompt: string;
  readonly value: string;
  /** What is wrong with a text; `undefined` when nothing is. */
  readonly check: (value: string) => Promise<string | undefined>;
}

export type Reply<T> = { readonly values: readonly T[] } | 'back' | undefined;

/** The values chosen; `undefined` when the person leaves. */
export function ask<T>(question: Question<T>): Promise<Reply<T>> {
  const { placeholder, items, several, mayBeEmpty, isProposed } = question;
  const pick = window.createQuickPick<QuickPickItem & { readonly value?: T }>();
  pick.placeholder = placeholder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.canSelectMany = several;
  pick.items = items;
  const proposed = items.filter(item => item.value !== undefined && isProposed(item.value));
  if (several) pick.selectedItems = proposed;
  else if (proposed.length > 0) pick.activeItems = proposed.slice(0, 1);

  return answered(pick, question, answer =>
    pick.onDidAccept(() => {
      const chosen = several ? pick.selectedItems : pick.activeItems;
      if (chosen.length === 0 && !(several && mayBeEmpty)) {
        pick.placeholder = 'Choose at least one.';
        return;
      }
      answer({ values: chosen.flatMap(item => (item.value === undefined ? [] : [item.value])) });
    }),
  );
}

/** A text, looked at while it is typed and accepted only when nothing is wrong with it. */
export function askText(question: TextQuestion): Promise<Reply<string>> {
  const box = window.createInputBox();
  box.prompt = question.prompt;
  box.value = question.value;
  const look = async (value: string): Promise<boolean> => {
    const problem = await question.check(value);
    // What was typed meanwhile is looked at by itself.
    if (box.value === value) showProblem(box, problem);
    return problem === undefined && box.value === value;
  };
  return answered(box, question, answer =>
    Disposable.from(
      box.onDidChangeValue(value => void look(value)),
      box.onDidAccept(async () => {
        const { value } = box;
        if (await look(value)) answer({ values: [value.trim()] });
      }),
    ),
  );
}

function showProblem(box: InputBox, problem: string | undefined): void {
  // `exactOptionalPropertyTypes`: the property is there, and VS Code takes its absence as undefined.
  (box as { validationMessage: string | undefined }).validationMessage = problem;
}

function answered<T>(
  input: QuickInput & { buttons: readonly unknown[]; onDidTriggerButton: (listener: () => void) => Disposable },
  { title, step, steps, hasBack }: Step,
  listen: (answer: (reply: Reply<T>) => void) => Disposable,
): Promise<Reply<T>> {
  input.title = title;
  input.step = step;
  input.totalSteps = steps;
  input.ignoreFocusOut = true;
  if (hasBack) input.buttons = [QuickInputButtons.Back];
  return new Promise<Reply<T>>(resolve => {
    const answer = (reply: Reply<T>): void => {
      resolve(reply);
      watched.dispose();
      input.dispose();
    };
    const watched = Disposable.from(
      listen(answer),
      input.onDidTriggerButton(() => answer('back')),
      input.onDidHide(() => answer(undefined)),
    );
    input.show();
  });
}
