import { type Node, type ParseError, findNodeAtLocation, parseTree } from 'jsonc-parser';
import { ancestorsOf } from '../connecting';
import { inputsOf } from '../graph';
import type { JsonObject } from '../json';
import { isObject } from '../parameters';
import { valueOf } from '../parse';
import type { Catalogue } from '../spec';
import { setAt } from '../textEdits';
import { EditRefused } from './operations';

/** A layer of the text. */
export interface Item {
  readonly id: string;
  readonly kind: string;
  readonly index: number;
  readonly node: Node;
  /** What is written of it. */
  readonly value: JsonObject;
  /** Whether the text says what it reads. */
  readonly explicit: boolean;
  readonly inputs: readonly string[];
}

/** The layers as the text has them at the moment, and who reads whom. Good for any JSON, whatever is wrong with the model. */
export class Chain {
  readonly array: Node;
  readonly items: readonly Item[];

  constructor(text: string, catalogue: Catalogue) {
    const errors: ParseError[] = [];
    const root = parseTree(text, errors, { allowTrailingComma: true });
    // What a parser makes of broken text is a guess: an edit of it could break more.
    if (errors.length > 0 || !root)
      throw new EditRefused('The text is not valid JSON at the moment: correct it first, or undo.');
    const array = findNodeAtLocation(root, ['layers']);
    if (array?.type !== 'array') throw new EditRefused('The text has no list of layers.');
    this.array = array;
    const layers = (array.children ?? []).map((node) => {
      const read = valueOf(node);
      const value: JsonObject = isObject(read) ? read : {};
      return { node, value, id: typeof value.id === 'string' ? value.id : '' };
    });
    this.items = layers.map(({ node, value, id }, index) => {
      const { kind, inputs } = value;
      const explicit = Array.isArray(inputs);
      return {
        id,
        kind: typeof kind === 'string' ? kind : '',
        index,
        node,
        value,
        explicit,
        inputs: explicit ? inputs.map(String) : inputsOf(layers, index, catalogue),
      };
    });
  }

  find(id: string): Item {
    const item = this.items.find((l) => l.id === id);
    if (!item) throw new EditRefused(`The text no longer has a layer "${id}".`);
    return item;
  }

  readersOf(id: string): string[] {
    return this.items.filter((l) => l.inputs.includes(id)).map((l) => l.id);
  }

  readonly inputsOf = (id: string): readonly string[] | undefined => this.items.find((l) => l.id === id)?.inputs;

  ancestorsOf(id: string): ReadonlySet<string> {
    return ancestorsOf(id, this.inputsOf);
  }

  get ids(): string[] {
    return this.items.map((l) => l.id);
  }

  /** Who reads whom at the moment, to be changed and given to `rewire`. */
  wishes(): Map<string, readonly string[]> {
    return new Map(this.items.map((l) => [l.id, l.inputs]));
  }
}

/** Writes `inputs` where what the text implies is not what is wished; elsewhere the text stays. */
export function rewire(text: string, wishes: ReadonlyMap<string, readonly string[]>, catalogue: Catalogue): string {
  let out = text;
  let chain = new Chain(out, catalogue);
  for (const [id, wish] of wishes) {
    const layer = chain.find(id);
    if (layer.inputs.length === wish.length && layer.inputs.every((v, i) => v === wish[i])) continue;
    // Back in the chain: no need to say it.
    const implied = new Chain(setAt(out, ['layers', layer.index, 'inputs'], undefined), catalogue).find(id).inputs;
    const same = implied.length === wish.length && implied.every((v, i) => v === wish[i]);
    out = setAt(out, ['layers', layer.index, 'inputs'], same ? undefined : [...wish]);
    chain = new Chain(out, catalogue);
  }
  return out;
}
