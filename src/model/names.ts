/** Ids of layers: what they may look like, and new ones. */
export const isId = (name: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name);

/** What an id is made of, in the words of messages. */
export const idRule = 'letters, digits, "_", "-" and "."';

/** "drop1" for a dropout, else the kind's name, with the first free number. */
export const freeId = (kind: string, taken: readonly string[]): string =>
  numbered(kind === 'dropout' ? 'drop' : kind, 1, taken);

/** The next free name after one that is taken: "hidden2" after "hidden1", "out2" after "out". */
export function nextId(id: string, taken: readonly string[]): string {
  const [, stem, number] = /^(.*?)(\d{0,9})$/.exec(id)!;
  return numbered(stem, Number(number || 1) + 1, taken);
}

/** The usable name nearest to one that is not: "my layer" becomes "my_layer". Undefined where nothing is left of it. */
export function usableId(name: string, taken: readonly string[]): string | undefined {
  const usable = name.replaceAll(/[^A-Za-z0-9_.-]+/g, '_').replace(/^[_.-]+/, '');
  if (usable === '') return undefined;
  return taken.includes(usable) ? nextId(usable, taken) : usable;
}

function numbered(stem: string, from: number, taken: readonly string[]): string {
  const used = new Set(taken);
  for (let n = from; ; n++) if (!used.has(`${stem}${n}`)) return `${stem}${n}`;
}
