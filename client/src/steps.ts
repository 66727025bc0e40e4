/** Questions one after another, with a way back. Leaving at any of them leaves nothing behind. */

import { Disposable, QuickInputButtons, type QuickPickItem, window } from 'vscode';

export interface Question<T> {
  readonly title: string;
  readonly step: number;
  readonly steps: number;
  readonly placeholder: string;
  readonly items: readonly (QuickPickItem & { readonly value: T })[];
  readonly several: boolean;
  readonly isProposed: (value: T) => boolean;
}

export type Reply<T> = { readonly values: readonly T[] } | 'back' | undefined;

/** The values chosen, at least one; `undefined` when the person leaves. */
export function ask<T>(question: Question<T>): Promise<Reply<T>> {
  const { title, step, steps, placeholder, items, several, isProposed } = question;
  const pick = window.createQuickPick<QuickPickItem & { readonly value: T }>();
  pick.title = title;
  pick.step = step;
  pick.totalSteps = steps;
  pick.placeholder = placeholder;
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.canSelectMany = several;
  pick.items = items;
  const proposed = items.filter(item => isProposed(item.value));
  if (several) pick.selectedItems = proposed;
  else if (proposed.length > 0) pick.activeItems = proposed.slice(0, 1);
  if (step > 1) pick.buttons = [QuickInputButtons.Back];

  return new Promise<Reply<T>>(resolve => {
    const watched = Disposable.from(
      pick.onDidAccept(() => {
        const chosen = several ? pick.selectedItems : pick.activeItems;
        if (chosen.length === 0) {
          pick.placeholder = 'Choose at least one.';
          return;
        }
        answer({ values: chosen.map(item => item.value) });
      }),
      pick.onDidTriggerButton(() => answer('back')),
      pick.onDidHide(() => answer(undefined)),
    );
    const answer = (reply: Reply<T>): void => {
      resolve(reply);
      watched.dispose();
      pick.dispose();
    };
    pick.show();
  });
}
