/**
 * What is worked out of an object and kept in it for as long as it lives. A `WeakMap` would say the same, but its values count
 * as needed whenever young garbage is collected: what is found in a tree would keep the tree until the dear collection of all
 * garbage, and every text that is checked has a tree.
 */
export class Kept {
  readonly #values = new Map<object, unknown>();

  /** `make` is called when nothing is kept under the name. */
  get<V>(name: object, make: () => V): V {
    if (this.#values.has(name)) return this.#values.get(name) as V;
    const made = make();
    this.#values.set(name, made);
    return made;
  }
}

/** An object that has a place for it. */
export interface Keeper {
  readonly kept: Kept;
}

/** The answer of `make`, worked out once for each object. */
export function keptIn<K extends Keeper, V>(make: (keeper: K) => V): (keeper: K) => V {
  const name = {};
  return keeper => keeper.kept.get(name, () => make(keeper));
}
