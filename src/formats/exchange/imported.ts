import type { Tensor } from '../../engine/real';
import type { Json } from '../../model/json';
import { FormatError } from '../error';

/** A layer as a `.netjson` file writes it; parameters that are undefined are left out. */
export interface ImportedLayer {
  readonly id: string;
  readonly kind: string;
  readonly params: Readonly<Record<string, Json | undefined>>;
  /** Ids of the layers it reads; none for the input. */
  readonly inputs: readonly string[];
}

/** A network read from another program's file, in our words. */
export interface Imported {
  readonly name: string;
  /** A layer stands behind all that it reads; the last is the output. */
  readonly layers: readonly ImportedLayer[];
  /** By name, such as "dense1/kernel", in the engine's shapes. */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** What is said otherwise here than there, without changing what the network answers. */
  readonly notes: readonly string[];
  /** What the "training" section says, where the file tells how it was trained. */
  readonly training?: Readonly<Record<string, Json>>;
  /** Names of the classes, where the file has them. */
  readonly classes?: readonly string[];
  /** The text of the model, where the file brought it along and says the very same as its graph. */
  readonly text?: string;
}

/** True for files of weights alone, which are of a network that is there. */
export const isWeightsFile = (path: string): boolean => /\.(safetensors|weights\.h5)$/i.test(path);

/** Of one sample in one layer: a damaged size must not make us reserve gigabytes. */
export const MOST_VALUES = 2 ** 27;

/** A number that was a float of four bytes, as a person would write it. */
export const rounded = (value: number): number => Number(value.toPrecision(7));

/** Why a part of a network has no counterpart. Others are looked at all the same. */
export class NoCounterpart extends Error {}

/** A network that cannot be said in a `.netjson`: every reason, each with the name of what it is about. */
export class ImportError extends FormatError {
  constructor(readonly problems: readonly string[]) {
    const more = problems.length > 8 ? `\nand ${problems.length - 8} more.` : '';
    super(`The network has no counterpart here:\n${problems.slice(0, 8).join('\n')}${more}`);
  }
}

/**
 * The text of a `.netjson` file for a network that was read: a line each layer.
 * @param about where it is from: the comment on top
 */
export function modelTextOf({ name, layers, text, training }: Imported, about: string): string {
  if (text !== undefined) return text;
  const lines = layers.map(({ id, kind, params, inputs }, i) => {
    // Left unsaid where it is the layer before.
    const reads = inputs.length === 0 || inputs.join() === layers[i - 1]?.id ? undefined : [...inputs];
    const pairs = Object.entries<Json | undefined>({ id, kind, inputs: reads, ...params });
    const said = pairs.flatMap(([key, value]) =>
      value === undefined ? [] : [`${JSON.stringify(key)}: ${spaced(value)}`],
    );
    return `    { ${said.join(', ')} }`;
  });
  return `{
  // ${about.replaceAll(/\s+/g, ' ')}
  "version": 1,
  "name": ${JSON.stringify(name)},
  "layers": [
${lines.join(',\n')}
  ]${training ? `,\n  "training": ${spaced({ ...training })}` : ''}
}
`;
}

/** JSON on one line, with a space behind each comma and colon. */
const spaced = (value: Json): string =>
  Array.isArray(value)
    ? `[${value.map(spaced).join(', ')}]`
    : typeof value === 'object' && value !== null
      ? `{ ${Object.entries(value)
          .map(([key, inner]) => `${JSON.stringify(key)}: ${spaced(inner)}`)
          .join(', ')} }`
      : JSON.stringify(value);
