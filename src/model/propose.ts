import { ModelError } from './diagnostics';
import { type ColumnProfile, type TableProfile, mostDistinct, mostNumericClasses } from './tableProfile';
import { list } from './words';

/** A column that can be predicted. */
export interface Candidate {
  readonly column: string;
  readonly type: 'class' | 'number';
  /** What it holds, in words: "3 classes: a, b, c". */
  readonly holds: string;
}

/** Fewer rows cannot be dealt out to training, validation and test. */
const fewestRows = 10;
/** Of more different texts, each as an input of its own would be seen too seldom: they are read through an embedding. */
const mostCategories = 20;
/** What a float32 holds. */
const largest = 3.4e38;
const targetName = /^(target|label|class|y|outcome|response)$/i;
const idName = /^(id|idx|index|key|nr|no|row|row[_ ]?(id|no|number)|.*[_ -]id|unnamed.*)$/i;

/**
 * The columns that can be predicted, the likeliest first: one that is called so, then from the last to the first.
 * @throws ModelError where there is none, or hardly a row
 */
export function targetsOf(profile: TableProfile): Candidate[] {
  const { name, rows, columns } = profile;
  if (rows < fewestRows) {
    throw new ModelError(
      'few-rows',
      [],
      `${name} has ${rows} rows. At least ${fewestRows} are needed: some to learn from, some to measure with.`,
    );
  }
  const possible = columns.filter((c) => whyNoTarget(c, rows) === undefined);
  if (possible.length === 0) {
    const some = columns.slice(-4).map((c) => `"${c.name}" ${whyNoTarget(c, rows)}`);
    throw new ModelError('no-target', [], `${name} has no column that can be predicted: ${list(some, 'and')}.`);
  }
  const named = (c: ColumnProfile): number => (targetName.test(c.name) ? 1 : 0);
  return possible
    .reverse()
    .sort((a, b) => named(b) - named(a))
    .map((c) => ({ column: c.name, type: typeOf(c), holds: describe(c) }));
}

/** A class where the values are names, or few whole numbers; as `"targetType": "auto"` has it. */
const typeOf = (c: ColumnProfile): Candidate['type'] =>
  c.kind === 'number' && !(c.whole && c.distinct <= mostNumericClasses) ? 'number' : 'class';

function describe(c: ColumnProfile): string {
  if (typeOf(c) === 'number') return `numbers from ${c.min} to ${c.max}`;
  const some = c.values.slice(0, 4).join(', ') + (c.distinct > 4 ? ', …' : '');
  return `${c.distinct} classes: ${some}`;
}

/** The reason as the end of a sentence that begins with the column's name. */
function whyNoTarget(c: ColumnProfile, rows: number): string | undefined {
  if (c.kind === 'unreadable') return 'cannot be read';
  if (c.missing > 0) return `lacks ${c.missing} of its ${rows} values`;
  if (c.distinct < 2) return 'is the same in all rows';
  if (c.kind === 'date') return 'holds dates';
  if (c.kind === 'decimalComma') return 'has decimal commas';
  if (c.kind === 'text') return c.distinct > Math.min(100, rows / 2) ? 'holds texts that hardly recur' : undefined;
  if (targetName.test(c.name)) return isHuge(c) ? 'holds numbers beyond 3.4e38' : undefined;
  return whyNoInput(c, rows);
}

/** Why a column cannot, or should not, be an input; as a comment behind its name. */
function whyNoInput(c: ColumnProfile, rows: number): string | undefined {
  if (c.kind === 'unreadable') return `cannot be read: ${oneLine(c.why ?? '')}`;
  if (c.kind === 'empty') return 'has no value at all';
  if (c.kind === 'date') return 'holds dates: write them as numbers, such as a year or a day, to learn from them';
  if (c.kind === 'decimalComma')
    return 'has decimal commas beside decimal points: write all of them alike to learn from it';
  if (2 * c.missing > rows) return `lacks ${c.missing} of its ${rows} values, more than it has`;
  if (c.kind === 'text') {
    if (c.distinct > Math.min(mostDistinct, rows / 2)) return 'holds texts that hardly recur';
    return c.distinct < 2 ? `is ${JSON.stringify(c.values[0])} wherever it is anything` : undefined;
  }
  if (c.distinct < 2 && c.missing === 0) return `is ${c.min} in all rows`;
  if (isHuge(c)) return 'holds numbers beyond 3.4e38: scale it down to learn from it';
  if (c.counting) return 'counts the rows: it says which row, not what is in it';
  const unlike = c.distinct === rows || c.distinct > mostDistinct;
  return c.whole && unlike && idName.test(c.name) ? 'is an id: it says which row, not what is in it' : undefined;
}

const isIndexed = (c: ColumnProfile): boolean => c.kind === 'text' && c.distinct > mostCategories;

/** Inputs that columns make: a category one for each of its values, unless it is an index. */
const widthOf = (inputs: readonly ColumnProfile[]): number =>
  inputs.reduce((sum, c) => sum + (c.kind === 'text' && !isIndexed(c) ? c.distinct : 1), 0);

const isHuge = (c: ColumnProfile): boolean => Math.max(Math.abs(c.min), Math.abs(c.max)) > largest;

/** The sorting of a table's columns: what is predicted, what from, and what is left out and why. */
interface Sorted {
  readonly target: ColumnProfile;
  readonly inputs: readonly ColumnProfile[];
  readonly left: readonly { readonly column: string; readonly why: string }[];
  /** The column that says which part a row belongs to. */
  readonly part?: string;
  /** Height and width, where the inputs are the pixels of a square picture. */
  readonly side?: number;
}

/**
 * Writes a network for a table, with comments that say why it is so.
 * @param path of the table, from the model's folder
 * @param target the column to predict; absent: the likeliest
 * @throws ModelError where the column cannot be predicted, or nothing is left to predict it from
 */
export function proposeFromTable(profile: TableProfile, path: string, target?: string): string {
  const candidates = targetsOf(profile);
  const chosen = target === undefined ? candidates[0] : candidates.find((c) => c.column === target);
  if (!chosen) {
    const column = profile.columns.find((c) => c.name === target);
    throw new ModelError(
      'no-target',
      [],
      column
        ? `The column "${target}" of ${profile.name} cannot be predicted: it ${whyNoTarget(column, profile.rows)}.`
        : `${profile.name} has no column "${target}".`,
    );
  }
  const sorted = sort(profile, chosen);
  const sizes = sizesOf(sorted, chosen, profile.rows);
  return `{
  // A network for ${oneLine(profile.name)}: ${profile.rows} rows, ${profile.columns.length} columns. Proposed from what the columns hold; change what you know better.
  "version": 1,
  "name": ${JSON.stringify(profile.name.replace(/\.\w+$/, ''))},
  "data": ${dataText(profile, path, chosen, sorted)},
  "layers": ${layersText(sorted, chosen, sizes)},
  "training": ${trainingText(chosen, sizes)}
}
`;
}

function sort({ name, rows, columns }: TableProfile, chosen: Candidate): Sorted {
  const target = columns.find((c) => c.name === chosen.column)!;
  const others = columns.filter((c) => c !== target);
  const part = others.find(
    (c) => c.missing === 0 && c.values.includes('train') && c.values.every((v) => parts.has(v)),
  )?.name;
  const rest = others.filter((c) => c.name !== part);
  const pixels = rest.filter(isPixel);
  const side = Math.sqrt(pixels.length);
  // Border pixels are the same in all rows, and belong to the picture all the same.
  if (pixels.length >= 49 && Number.isInteger(side) && Math.max(...pixels.map((c) => c.max)) > 1) {
    return { target, part, side, inputs: pixels, left: leftOut(rest, new Set(pixels), rows) };
  }
  const inputs = rest.filter((c) => whyNoInput(c, rows) === undefined);
  const left = leftOut(rest, new Set(inputs), rows);
  if (inputs.length > 0) return { target, part, inputs, left };
  const some = left.slice(0, 4).map((l) => `"${l.column}" ${l.why.split(':')[0]}`);
  throw new ModelError(
    'no-inputs',
    [],
    `${name} has no column to predict "${target.name}" from: ${list(some, 'and')}. Inputs are columns of numbers.`,
  );
}

const parts: ReadonlySet<string> = new Set(['train', 'validation', 'test']);

const isPixel = (c: ColumnProfile): boolean =>
  c.kind === 'number' && c.missing === 0 && c.whole && !c.counting && c.min >= 0 && c.max <= 255;

const leftOut = (rest: readonly ColumnProfile[], inputs: ReadonlySet<ColumnProfile>, rows: number): Sorted['left'] =>
  rest
    .filter((c) => !inputs.has(c))
    .map((c) => ({ column: c.name, why: whyNoInput(c, rows) ?? 'is not a pixel of the picture' }));

interface Sizes {
  readonly train: number;
  readonly outputs: number;
  readonly hidden: readonly number[];
  readonly rate: number;
  readonly batchSize: number;
  /** Weights and biases of the layers. */
  readonly parameters: number;
}

/** Weights for each training row that a network may have: enough to learn more than a line, few enough to hold in check. */
const perRow = 5;

function sizesOf({ inputs, target }: Sorted, { type }: Candidate, rows: number): Sizes {
  const train = Math.round(0.6 * rows);
  const outputs = type === 'class' ? target.distinct : 1;
  const layersOf = (width: number): number[] => (train >= 1000 ? [width, width / 2] : [width]);
  const parametersOf = (hidden: readonly number[]): number => {
    const vectors = inputs.filter(isIndexed);
    const first = vectors.reduce((sum, c) => sum + vectorOf(c) - 1, widthOf(inputs));
    const widths = [first, ...hidden, outputs];
    const table = vectors.reduce((sum, c) => sum + (c.distinct + 1) * vectorOf(c), 0);
    return widths.slice(1).reduce((sum, w, i) => sum + (widths[i] + 1) * w, table);
  };
  const width = [128, 64, 32, 16].find((w) => parametersOf(layersOf(w)) <= perRow * train) ?? 8;
  const hidden = layersOf(width);
  // About twenty steps an epoch, in powers of two, but never more rows than there are.
  const steps = 2 ** Math.min(8, Math.max(3, Math.round(Math.log2(train / 20))));
  return {
    train,
    outputs,
    hidden,
    rate: train < 1000 ? 0.3 : train < 10_000 ? 0.2 : 0.1,
    batchSize: steps > train ? 4 : steps,
    parameters: parametersOf(hidden),
  };
}

function dataText(
  { source, delimiter, decimal, header }: TableProfile,
  path: string,
  { column, type, holds }: Candidate,
  sorted: Sorted,
): string {
  const { left, inputs, side, part } = sorted;
  const lines = [`"source": "${source}"`, `"path": ${JSON.stringify(path)}`];
  if (delimiter !== 'comma') lines.push(`"delimiter": "${delimiter}"`);
  if (decimal === 'comma') lines.push('"decimal": "comma"');
  if (!header) lines.push('// The file does not name its columns.\n    "header": false');
  lines.push(`"target": ${JSON.stringify(column)}`);
  lines.push(
    type === 'number'
      ? `// ${holds}: an amount.\n    "targetType": "number"`
      : `// ${oneLine(holds)}.${sorted.target.kind === 'number' ? ' Where they are amounts, write "number" here, and give the output 1 unit, "linear", with "meanSquaredError".' : ''}\n    "targetType": "class"`,
  );
  if (type === 'number')
    lines.push(
      '// Learned with mean 0 and deviation 1, whatever its unit; rmse, mae and answers stay in that unit.\n    "scaleTarget": "standardize"',
    );
  if (left.length > 0) {
    const each = left.map((l, i) => `${JSON.stringify(l.column)}${i < left.length - 1 ? ',' : ''} // ${l.why}`);
    lines.push(`// Not inputs:\n    "ignore": [\n      ${each.join('\n      ')}\n    ]`);
  }
  const indices = inputs.filter(isIndexed).map((c) => JSON.stringify(c.name));
  if (indices.length > 0)
    lines.push(
      `// Too many words for an input each: their numbers, from 1, which embeddings read below.\n    "indices": [${indices.join(', ')}]`,
    );
  const categories = inputs.filter((c) => c.kind === 'text' && !isIndexed(c)).map((c) => JSON.stringify(c.name));
  if (categories.length > 0)
    lines.push(
      `// Words: each makes an input of its own, 1 where the row has it.\n    "categories": [${categories.join(', ')}]`,
    );
  const gaps = inputs.filter((c) => c.missing > 0);
  if (gaps.length > 0)
    lines.push(
      `// ${oneLine(list(gaps.map((c) => c.name)))}: some values are missing. The median of the training rows takes their place.\n    "missing": "median"`,
    );
  if (side) {
    const most = Math.max(...inputs.map((c) => c.max));
    lines.push(
      `// ${inputs.length} whole numbers from 0 to ${most} look like pixels: all are divided by the same number.\n    "scale": "divide",\n    "divisor": ${most}`,
    );
  } else {
    lines.push(
      '// Each column to mean 0 and deviation 1, measured on the training rows alone: none weighs more for its unit.\n    "scale": "standardize"',
    );
  }
  lines.push(
    part === undefined
      ? '// Rows to learn from, rows that stop the training in time, rows for the final figure.\n    "split": { "train": 0.6, "validation": 0.2, "test": 0.2 }'
      : `// The file says itself which rows train, validate and test.\n    "split": { "column": ${JSON.stringify(part)} }`,
  );
  lines.push('"seed": 1');
  return `{\n    ${lines.join(',\n    ')}\n  }`;
}

function layersText({ inputs, side }: Sorted, { type }: Candidate, sizes: Sizes): string {
  const { hidden, outputs, rate, train, parameters } = sizes;
  const n = (value: number): string => value.toLocaleString('en');
  const image = side ? `, "image": [${side}, ${side}]` : '';
  const within = parameters <= perRow * train;
  const lines = [
    `{ "id": "input", "kind": "input", "shape": [${widthOf(inputs)}]${image} }`,
    ...embeddings(inputs),
    ...hidden.flatMap((units, i) => [
      ...(i > 0
        ? []
        : [
            within
              ? `// ${n(parameters)} weights for about ${n(train)} training rows: no more than ${perRow} for each.`
              : `// Narrow, for there are ${n(parameters)} weights for about ${n(train)} training rows.`,
          ]),
      `{ "id": "hidden${i + 1}", "kind": "dense", "units": ${units}, "activation": "relu" }`,
      ...(i > 0 ? [] : [`// ${dropping(rate)}`]),
      `{ "id": "drop${i + 1}", "kind": "dropout", "rate": ${rate} }`,
    ]),
    type === 'class'
      ? '// One unit for each class; softmax makes them probabilities.'
      : '// The number itself: one unit, no activation.',
    `{ "id": "output", "kind": "dense", "units": ${outputs}, "activation": "${type === 'class' ? 'softmax' : 'linear'}" }`,
  ];
  // Commas stand behind layers, not behind comments.
  const joined = lines.map((line, i) => (line.startsWith('//') || i === lines.length - 1 ? line : `${line},`));
  return `[\n    ${joined.join('\n    ')}\n  ]`;
}

/** Layers that take indices out of the inputs, make vectors of them, and put these beside the others. */
function embeddings(inputs: readonly ColumnProfile[]): string[] {
  if (!inputs.some(isIndexed)) return [];
  const layer = (...properties: readonly string[]): string => `{ ${properties.join(', ')} }`;
  const slice = (id: string, start: number, count: number): string =>
    layer(`"id": "${id}"`, '"kind": "slice"', `"start": ${start}`, `"count": ${count}`, '"inputs": ["input"]');
  const lines: string[] = [];
  const joined: string[] = [];
  let start = 0;
  let run: ColumnProfile[] = [];
  const endRun = (): void => {
    const count = widthOf(run);
    if (count === 0) return;
    joined.push(`others${joined.length + 1}`);
    lines.push(slice(joined.at(-1)!, start - count, count));
    run = [];
  };
  for (const column of inputs) {
    if (isIndexed(column)) {
      endRun();
      const n = joined.length + 1;
      lines.push(
        `// ${oneLine(column.name)}: a vector for each of its ${column.distinct} values, and one for a value that is missing or unknown.`,
        slice(`index${n}`, start, 1),
        layer(
          `"id": "embedding${n}"`,
          '"kind": "embedding"',
          `"inputDimension": ${column.distinct + 1}`,
          `"outputDimension": ${vectorOf(column)}`,
        ),
        layer(`"id": "vector${n}"`, '"kind": "flatten"'),
      );
      joined.push(`vector${n}`);
    } else run.push(column);
    start += widthOf([column]);
  }
  endRun();
  if (joined.length > 1)
    lines.push(layer('"id": "columns"', '"kind": "concat"', `"inputs": [${joined.map((id) => `"${id}"`).join(', ')}]`));
  return lines;
}

/** Numbers of the vector that stands for a value: twice the fourth root of how many there are, a rule of thumb. */
const vectorOf = ({ distinct }: ColumnProfile): number => Math.round(2 * distinct ** 0.25);

const dropping = (rate: number): string =>
  rate >= 0.3
    ? 'Few rows are soon learned by heart: dropping 3 of 10 units works against that. Try 0 and 0.5 as well.'
    : 'The more rows, the less is learned by heart, and the less need be dropped. Try 0 and 0.5 as well.';

function trainingText({ type }: Candidate, { train, batchSize }: Sizes): string {
  const loss = type === 'class' ? 'crossentropy' : 'meanSquaredError';
  const steps = Math.ceil(train / batchSize);
  return `{
    "loss": "${loss}",
    "optimizer": { "kind": "adam", "learningRate": ${train < 10_000 ? 0.003 : 0.001} },
    "batchSize": ${batchSize}, // about ${steps.toLocaleString('en')} steps an epoch
    // The run ends by itself where validation gets no better for 15 epochs, and keeps the best weights.
    "epochs": 100,
    "earlyStopping": { "patience": 15 },
    "seed": 1
  }`;
}

/** A name in a comment: a header may hold line breaks, which would end it. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
