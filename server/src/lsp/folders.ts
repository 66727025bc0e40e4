/**
 * The workspace folders and what happens to their files.
 *
 * *Invariant:* reads follow each other, so that an older answer of the disk never replaces a newer one.
 */

import { FileChangeType, type FileEvent } from 'vscode-languageserver';
import { baseName } from '../base/uri.ts';
import type { Documents } from './documents.ts';
import type { OpenFolder, ServerHost } from './server-host.ts';

export interface FoldersOptions {
  readonly host: ServerHost;
  readonly documents: Documents;
  /** A folder is being read for the first time, or that is over. */
  readonly onIndexing: (isIndexing: boolean) => void;
  readonly onProgress: () => void;
  /** Texts changed. */
  readonly onChange: () => void;
  readonly onError: (name: string, error: unknown) => void;
  readonly onNotice: (notice: { readonly uri: string; readonly message: string }) => void;
}

export class Folders {
  readonly #options: FoldersOptions;
  /** By normalised URI; `undefined` while it is read for the first time. */
  readonly #folders = new Map<string, OpenFolder | undefined>();
  /** The files of each folder that the documents were told of. */
  readonly #files = new Map<string, Set<string>>();
  readonly #progress = new Map<string, { readonly read: number; readonly found: number }>();
  #queue: Promise<void> = Promise.resolve();
  #indexing = 0;
  #whenIndexed: (() => void)[] = [];

  constructor(options: FoldersOptions) {
    this.#options = options;
  }

  get isIndexing(): boolean {
    return this.#indexing > 0;
  }

  /** Normalised URIs of the folders. */
  roots(): string[] {
    return [...this.#folders.keys()];
  }

  /** Folders outside of all roots that were read too. */
  outside(): string[] {
    return [...new Set([...this.#folders.values()].flatMap(folder => folder?.outside ?? []))];
  }

  progress(): { readonly read: number; readonly found: number } {
    let read = 0;
    let found = 0;
    for (const each of this.#progress.values()) {
      read += each.read;
      found += each.found;
    }
    return { read, found };
  }

  /** At once when nothing is read for the first time. */
  indexed(): Promise<void> {
    return this.isIndexing ? new Promise(resolve => this.#whenIndexed.push(resolve)) : Promise.resolve();
  }

  /** When all that was asked of the disk so far is answered. */
  settled(): Promise<void> {
    return this.#queue;
  }

  /** Text of a file on disk, whatever is typed into it. */
  async onDisk(uri: string): Promise<string | undefined> {
    for (const [root, folder] of this.#folders) {
      if (folder && this.#lies(uri, root, folder)) return folder.read(uri);
    }
    return undefined;
  }

  add(clientUri: string): void {
    const uri = this.#options.host.normalize(clientUri);
    if (this.#folders.has(uri)) return;
    this.#folders.set(uri, undefined);
    if (this.#indexing++ === 0) this.#options.onIndexing(true);
    this.#enqueue('Reading a folder', async () => {
      try {
        await this.#load(uri);
      } finally {
        if (--this.#indexing === 0) {
          this.#options.onIndexing(false);
          for (const resolve of this.#whenIndexed.splice(0)) resolve();
        }
      }
    });
  }

  remove(clientUri: string): void {
    const uri = this.#options.host.normalize(clientUri);
    if (!this.#folders.delete(uri)) return;
    this.#progress.delete(uri);
    this.#enqueue('Leaving a folder', async () => this.#keepOnly(uri, new Set()));
  }

  /** What the client's watcher saw. */
  changed(events: readonly FileEvent[]): void {
    this.#enqueue('Reading changed files', async () => {
      const reload = new Set<string>();
      for (const event of events) {
        const uri = this.#options.documents.uriOf(event.uri);
        for (const [root, folder] of this.#folders) {
          if (!folder || !this.#lies(uri, root, folder)) continue;
          if (SHAPES.test(baseName(uri))) reload.add(root);
          else await this.#changedIn(root, folder, uri, event.type);
        }
      }
      for (const root of reload) await this.#load(root);
    });
  }

  /** The editor let go of this file: the disk has the word again. */
  closed(uri: string): void {
    this.#enqueue('Reading a closed file', async () => {
      let text: string | undefined;
      for (const [root, folder] of this.#folders) {
        if (!folder || !this.#lies(uri, root, folder)) continue;
        const found = await folder.read(uri);
        if (found === undefined) continue;
        this.#filesOf(root).add(uri);
        text = found;
      }
      this.#options.documents.setFile(uri, text);
    });
  }

  async #load(root: string): Promise<void> {
    const { host, documents } = this.#options;
    const folder = await host.openFolder(root, {
      onProgress: (read, found) => {
        this.#progress.set(root, { read, found });
        this.#options.onProgress();
      },
      isCancelled: () => !this.#folders.has(root),
    });
    if (!folder || !this.#folders.has(root)) return;
    this.#folders.set(root, folder);
    this.#keepOnly(root, new Set(folder.files.map(file => file.uri)));
    for (const { uri, text } of folder.files) {
      this.#filesOf(root).add(uri);
      documents.setFile(uri, text);
    }
    for (const notice of folder.notices) this.#options.onNotice(notice);
    // Thousands of files at once would keep all messages waiting.
    while (documents.flush(FLUSH_BATCH)) await host.pause();
  }

  async #changedIn(root: string, folder: OpenFolder, uri: string, type: FileChangeType): Promise<void> {
    const { documents } = this.#options;
    const files = this.#filesOf(root);
    if (type === FileChangeType.Deleted) {
      // One event for a whole folder is how watchers tell it.
      for (const each of [...files]) if (each === uri || each.startsWith(`${uri}/`)) this.#drop(root, each);
      return;
    }
    const text = await folder.read(uri);
    if (text !== undefined) {
      files.add(uri);
      documents.setFile(uri, text);
    } else if (files.has(uri)) this.#drop(root, uri);
    else if (type === FileChangeType.Created) {
      for (const file of (await folder.readBelow(uri)) ?? []) {
        files.add(file.uri);
        documents.setFile(file.uri, file.text);
      }
    }
  }

  /** Drops the folder's files that are not in `kept`. */
  #keepOnly(root: string, kept: ReadonlySet<string>): void {
    for (const uri of [...this.#filesOf(root)]) if (!kept.has(uri)) this.#drop(root, uri);
    if (!this.#folders.has(root)) this.#files.delete(root);
  }

  #drop(root: string, uri: string): void {
    this.#filesOf(root).delete(uri);
    const isElsewhere = [...this.#files.values()].some(files => files.has(uri));
    if (!isElsewhere) this.#options.documents.setFile(uri, undefined);
  }

  #filesOf(root: string): Set<string> {
    let files = this.#files.get(root);
    if (!files) {
      files = new Set();
      this.#files.set(root, files);
    }
    return files;
  }

  #lies(uri: string, root: string, folder: OpenFolder): boolean {
    return [root, ...folder.outside].some(
      each => uri === each || uri.startsWith(each.endsWith('/') ? each : `${each}/`),
    );
  }

  #enqueue(name: string, work: () => Promise<void>): void {
    this.#queue = this.#queue
      .then(work)
      .catch(error => this.#options.onError(name, error))
      .then(() => this.#options.onChange());
  }
}

/** Files that decide which others are read. */
const SHAPES = /^(dbt_project|packages|dependencies)\.ya?ml$/;
const FLUSH_BATCH = 500;
