/**
 * Keeps the analysis told of how the files were on the branch that the work will be merged into. Git is asked beside the
 * typing, after files on disk changed, and read again only when its commits moved or other files differ.
 *
 * *Invariant:* nothing is asked before the client says that the workspace is trusted.
 */

import type { Analysis } from '../analysis/results.ts';
import type { BaseFiles } from '../project/base.ts';
import type { Documents } from './documents.ts';
import type { Folders } from './folders.ts';
import type { ServerHost } from './server-host.ts';

export interface BaseKeeperOptions {
  readonly host: ServerHost;
  readonly analysis: Analysis;
  readonly documents: Documents;
  readonly folders: () => Folders;
  /** Another base: findings may be other ones. */
  readonly onChange: () => void;
  readonly onError: (name: string, error: unknown) => void;
}

export class BaseKeeper {
  readonly #options: BaseKeeperOptions;
  #isTrusted = false;
  #ref: string | undefined;
  /** What git said last, so that the same base is not read twice. */
  #state = '';
  #isBusy = false;
  #isAsked = false;

  constructor(options: BaseKeeperOptions) {
    this.#options = options;
  }

  /** `ref`: the branch to compare with, where the person chose one. */
  allow(isTrusted: boolean, ref: string | undefined): void {
    if (this.#isTrusted === isTrusted && this.#ref === ref) return;
    this.#isTrusted = isTrusted;
    this.#ref = ref;
    this.#state = '';
    this.check();
  }

  /** Files on disk may have changed. Several calls in a row are one. */
  check(): void {
    if (!this.#isTrusted || !this.#options.host.readBase) return;
    if (this.#isBusy) {
      this.#isAsked = true;
      return;
    }
    this.#isBusy = true;
    void this.#read()
      .catch(error => this.#options.onError('Reading the base', error))
      .finally(() => {
        this.#isBusy = false;
        if (!this.#isAsked) return;
        this.#isAsked = false;
        this.check();
      });
  }

  async #read(): Promise<void> {
    const { host, analysis, documents, onChange } = this.#options;
    const folders = this.#options.folders();
    await folders.indexed();
    await folders.settled();
    documents.flush();
    if (!analysis.mayPromise()) return;
    const bases: BaseFiles[] = [];
    for (const root of folders.roots()) {
      const base = await host.readBase?.(root, this.#ref);
      if (base) bases.push(base);
    }
    const [first] = bases;
    const files = bases.flatMap(base => base.files);
    // Files that differ later were in the base as they are known now: only another commit is another base.
    const state = JSON.stringify(bases.map(({ name, commit, today }) => [name, commit, today]));
    if (state === this.#state) return;
    this.#state = state;
    const named = new Set(files.map(file => file.uri));
    // Git compares what is on disk; what is typed and not saved yet was not there.
    const typed = [];
    for (const uri of documents.openUris()) {
      if (!named.has(uri)) typed.push({ uri, text: await folders.onDisk(uri) });
    }
    documents.flush();
    analysis.setBase(first && { ...first, files: [...files, ...typed] });
    onChange();
  }
}
