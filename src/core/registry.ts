/** An explicit list of named plug-ins. A duplicate id is a programming error and throws at start. */
export class Registry<T extends { readonly id: string }> {
  readonly #byId = new Map<string, T>();

  constructor(entries: readonly T[]) {
    for (const entry of entries) {
      if (this.#byId.has(entry.id)) throw new Error(`registered twice: ${entry.id}`);
      this.#byId.set(entry.id, entry);
    }
  }

  get(id: string): T | undefined {
    return this.#byId.get(id);
  }

  all(): readonly T[] {
    return [...this.#byId.values()];
  }
}
