/** What generators would write at a place, as code actions. */

import { type CodeAction, CodeActionKind, type Diagnostic } from 'vscode-languageserver';
import { contextFor, kindById, planFiles } from '../analysis/generate.ts';
import { type ContextOf, hasQuestion, type Offer, offersAt, offerToCreate } from '../analysis/generate-offers.ts';
import type { WorkspaceEdit } from '../analysis/results.ts';
import type { Span } from '../base/span.ts';
import { baseName } from '../base/uri.ts';
import type { GeneratorContext } from '../generate/context.ts';
import type { Projects } from '../project/project.ts';
import type { Documents } from './documents.ts';
import { answersIn } from './generators.ts';
import { NEW, type NewRequest } from './protocol.ts';
import { type Abilities, toWorkspaceEdit } from './to-lsp.ts';

/** Under `refactor`, since it changes nothing that is there: the menu has a place for it, and people can bind a key to it. */
export const WRITE_KIND = `${CodeActionKind.Refactor}.write`;

export interface OfferActionsOptions {
  readonly projects: Projects;
  readonly documents: Documents;
  readonly abilities: Abilities;
  readonly canResolve: boolean;
  /**
   * The client has the command `NEW`: it asks what is missing, shows the same preview as the palette, saves what was written,
   * and goes to what is left to decide. Other clients get an edit, of what needs no question.
   */
  readonly hasCommand: boolean;
}

/** What the action of another client stands for until it is chosen. */
export interface OfferData {
  readonly offer: Offer;
}

export type OfferActions = ReturnType<typeof createOfferActions>;

export function createOfferActions(options: OfferActionsOptions) {
  const { projects, documents, abilities } = options;

  return {
    /** `isAsked`: a person opened the menu. A light bulb follows the cursor and speaks of what stands there alone. */
    at(uri: string, place: Span, isAsked: boolean): CodeAction[] {
      const contextOf = contexts();
      return offersAt(projects, uri, place)
        .filter(offer => offer.isHere || isAsked)
        .flatMap(offer => action(offer, WRITE_KIND, contextOf));
    },

    /** The model that a finding misses. */
    create(uri: string, name: string, diagnostic: Diagnostic | undefined): CodeAction[] {
      const contextOf = contexts();
      const offer = offerToCreate(projects, uri, name, contextOf);
      if (!offer) return [];
      return action(offer, CodeActionKind.QuickFix, contextOf).map(each =>
        diagnostic ? { ...each, diagnostics: [diagnostic] } : each,
      );
    },

    resolve(action: CodeAction, { offer }: OfferData): CodeAction {
      const planned = plan(offer, contexts());
      const edit = planned && toWorkspaceEdit(planned.edit, documents, abilities);
      return edit ? { ...action, edit } : action;
    },
  };

  /** What is known of a project is worked out once for all offers of a question. */
  function contexts(): ContextOf {
    const known = new Map<string, GeneratorContext | undefined>();
    return (project, kind) => {
      if (!known.has(project)) known.set(project, contextFor(projects, project, kind));
      return known.get(project);
    };
  }

  function action(offer: Offer, kind: CodeActionKind, contextOf: ContextOf): CodeAction[] {
    const planned = plan(offer, contextOf);
    if (options.hasCommand) {
      if (!planned && !asks(offer, contextOf)) return [];
      const title = planned ? titleOf(offer, planned) : `${offer.title}…`;
      const request: NewRequest = {
        project: offer.project,
        answers: answersIn(offer.answers),
        ...(offer.kind === '' ? {} : { kind: offer.kind }),
      };
      return [{ title, kind, command: { title, command: NEW, arguments: [request] } }];
    }
    const edit = planned && toWorkspaceEdit(planned.edit, documents, abilities);
    if (!planned || !edit) return [];
    const title = titleOf(offer, planned);
    return [options.canResolve ? { title, kind, data: { offer } satisfies OfferData } : { title, kind, edit }];
  }

  /** Something has to be asked, which only our own client can. */
  function asks(offer: Offer, contextOf: ContextOf): boolean {
    const kind = kindById(offer.kind);
    const context = kind && contextOf(offer.project, kind);
    return !kind || (context !== undefined && hasQuestion(kind, offer.answers, context));
  }

  /** `undefined` where something has to be asked, or nothing is left to write. */
  function plan(offer: Offer, contextOf: ContextOf): Planned | undefined {
    const kind = kindById(offer.kind);
    const context = kind && contextOf(offer.project, kind);
    const planned = context && planFiles(kind, offer.answers, context, offer.project);
    if (!planned || 'problem' in planned) return undefined;
    const { files, edits, messages } = planned;
    if (files.length + edits.length === 0) return undefined;
    return {
      describes: [...edits, ...files].find(({ uri }) => /\.ya?ml$/.test(uri))?.uri,
      edit: {
        creates: files.map(({ uri, text }) => ({ file: uri, text })),
        edits: edits.map(({ uri, edits: each }) => ({ file: uri, edits: each })),
        review: { label: offer.title, notes: messages },
      },
    };
  }
}

interface Planned {
  readonly edit: WorkspaceEdit;
  /** The YAML file among them. */
  readonly describes: string | undefined;
}

/** `Describe this model in YAML (marts.yml)`: where it would go is what one wants to know before. */
function titleOf(offer: Offer, { describes }: Planned): string {
  return offer.kind === 'schema-yml' && describes !== undefined
    ? `${offer.title} (${baseName(describes)})`
    : offer.title;
}
