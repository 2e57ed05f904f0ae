import type { Typed } from '../../engine/typed';
import { ModelError } from '../../model/diagnostics';
import type { Parameters } from '../../model/spec';
import { type Fix, meantFixes } from '../../model/fixes';
import { didYouMean } from '../../model/suggest';
import { mostNumericClasses } from '../../model/tableProfile';
import { type Delimiter, isMissing, isNumber, parseCsv } from '../csvText';
import {
  type Answers,
  type DataIo,
  type Table,
  defineSource,
  labelNoiseParameter,
  partNames,
  seedParameter,
  tableSplitParameter,
} from '../source';

const parameters = {
  path: { type: 'path', title: 'File', help: 'The CSV file, relative to this model.' },
  target: { type: 'column', title: 'Target', help: 'The column to predict.' },
  targetType: {
    type: 'choice',
    title: 'Target is',
    help: 'Whether the target names a class or is an amount.',
    default: 'auto',
    options: [
      {
        value: 'auto',
        help: `A number where all are numbers and some are not whole or more than ${mostNumericClasses} differ; else a class.`,
      },
      { value: 'class', help: 'Each different value is a class.' },
      { value: 'number', help: 'An amount: the network learns to give it (regression).' },
    ],
  },
  ignore: { type: 'textList', title: 'Ignore', help: 'Columns that are not inputs, such as an id.', default: [] },
  scale: {
    type: 'choice',
    title: 'Scale',
    help: 'What is done to the inputs before the network sees them.',
    default: 'standardize',
    options: [
      {
        value: 'standardize',
        help: 'Each column to mean 0 and standard deviation 1, measured on the training rows only.',
      },
      { value: 'divide', help: 'All columns divided by "divisor", such as 255 for pixels.' },
      { value: 'none', help: 'As they are in the file.' },
    ],
  },
  divisor: {
    type: 'number',
    title: 'Divisor',
    help: 'With "scale": "divide": what each value is divided by.',
    above: 0,
    optional: true,
  },
  scaleTarget: {
    type: 'choice',
    title: 'Scale target',
    help: 'What is done to a target that is a number before the network learns it. Metrics and answers shown stay in the units of the file; the loss does not.',
    default: 'none',
    options: [
      { value: 'none', help: 'As it is in the file.' },
      {
        value: 'standardize',
        help: 'To mean 0 and standard deviation 1, measured on the training rows only: large amounts are learned as fast as small ones.',
      },
    ],
  },
  delimiter: {
    type: 'choice',
    title: 'Delimiter',
    help: 'What stands between two cells.',
    default: 'comma',
    options: [
      { value: 'comma', help: '1.5,2,red' },
      { value: 'semicolon', help: '1.5;2;red' },
      { value: 'tab', help: 'Tab-separated values.' },
    ],
  },
  labelNoise: labelNoiseParameter,
  split: tableSplitParameter,
  seed: seedParameter,
} as const satisfies Parameters;

type CsvParameters = Typed<typeof parameters>;

export const csv = defineSource({
  kind: 'csv',
  title: 'CSV file',
  help: 'A table: the first line names the columns, each further line is one sample. One column is predicted from the others.',
  parameters,
  example: { path: 'data/wine.csv', target: 'class' },
  async load(params, io) {
    checkTogether(params);
    const { path } = params;
    const name = path.split(/[\\/]/).pop() ?? path;
    const bytes = await read(path, io);
    let columns: Columns | undefined;
    parseCsv(bytes, name, params.delimiter as Delimiter, (header) => {
      const reader = new Columns(header, name, params);
      columns = reader;
      return (cells, line) => reader.add(cells, line);
    });
    return columns!.table();
  },
});

/** What one parameter alone cannot say. */
function checkTogether({ scale, divisor, split }: CsvParameters): void {
  if (scale === 'divide' && divisor === undefined) {
    throw new ModelError(
      'missing',
      ['data', 'scale'],
      '"scale": "divide" needs a "divisor". Add, for example, "divisor": 255.',
    );
  }
  if (scale !== 'divide' && divisor !== undefined) {
    throw new ModelError(
      'unused-parameter',
      ['data', 'divisor'],
      `"divisor" has no effect with "scale": "${scale}". Write "scale": "divide", or remove "divisor".`,
    );
  }
  const sized = partNames.find((part) => typeof split[part] === 'number' && split[part] > 0);
  if (split.column !== undefined && sized) {
    throw new ModelError(
      'split-mixed',
      ['data', 'split', sized],
      `The split names the column "${split.column as string}" and gives "${sized}" a size too. Keep one of them.`,
    );
  }
}

async function read(path: string, io: DataIo): Promise<Uint8Array> {
  try {
    return await io.readFile(path);
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    const where = `"${path}" (relative to the model's folder)`;
    if (code === 'ENOENT') {
      throw new ModelError(
        'file-not-found',
        ['data', 'path'],
        `The data file ${where} does not exist. Correct "path", or put the file there. ${message}`,
      );
    }
    throw new ModelError('file-unreadable', ['data', 'path'], `The data file ${where} cannot be read: ${message}`);
  }
}

/** The columns of one file, sorted into inputs, target and split. */
class Columns {
  private readonly target: number;
  private readonly part: number;
  private readonly inputs: readonly number[];
  /** Grows by doubling. */
  private values = new Float64Array(4096);
  private readonly targets: string[] = [];
  private readonly parts: number[] = [];
  /** Line of the file where each row ends, from 1. */
  private readonly lines: number[] = [];

  constructor(
    private readonly header: readonly string[],
    private readonly name: string,
    private readonly params: CsvParameters,
  ) {
    const column = params.split.column as string | undefined;
    this.target = this.find(params.target, ['data', 'target']);
    this.part = column === undefined ? -1 : this.find(column, ['data', 'split', 'column']);
    const ignored = params.ignore.map((column, i) => this.find(column, ['data', 'ignore', i]));
    if (ignored.includes(this.target)) {
      throw new ModelError(
        'target-ignored',
        ['data', 'ignore'],
        `The target "${params.target}" stands in "ignore" too. Remove it from there.`,
      );
    }
    if (this.part === this.target) {
      throw new ModelError(
        'split-column',
        ['data', 'split', 'column'],
        `The column "${column}" is the target; it cannot say the split too.`,
      );
    }
    this.inputs = [...header.keys()].filter((c) => c !== this.target && c !== this.part && !ignored.includes(c));
    if (this.inputs.length === 0) {
      throw new ModelError('no-inputs', ['data', 'ignore'], `${name} has no column left to learn from. Ignore fewer.`);
    }
  }

  /** @throws ModelError where an input is missing or is a word, or the split column holds neither part */
  add(cells: readonly string[], line: number): void {
    const width = this.inputs.length;
    let at = this.lines.length * width;
    if (at + width > this.values.length) {
      const larger = new Float64Array(2 * this.values.length + width);
      larger.set(this.values);
      this.values = larger;
    }
    for (const column of this.inputs) {
      const cell = cells[column];
      if (!isNumber(cell)) this.refuseInput(cell, column, line);
      this.values[at++] = Number(cell);
    }
    this.targets.push(cells[this.target]);
    if (this.part >= 0) this.parts.push(this.partOf(cells[this.part], line));
    this.lines.push(line);
  }

  /** All rows added. @throws ModelError where the targets cannot be learned */
  table(): Table {
    const rows = this.lines.length;
    return {
      title: this.name,
      rows,
      inputNames: this.inputs.map((c) => this.header[c]),
      inputs: this.values.subarray(0, rows * this.inputs.length),
      answers: this.answers(),
      ...(this.part >= 0 && { parts: Uint8Array.from(this.parts) }),
    };
  }

  private find(column: string, path: (string | number)[]): number {
    const { header } = this;
    const index = header.indexOf(column);
    if (index >= 0) return index;
    const some = header
      .slice(0, 8)
      .map((h) => `"${h}"`)
      .join(', ');
    const hint =
      didYouMean(column, header) || ` It has ${some}${header.length > 8 ? ` and ${header.length - 8} more` : ''}.`;
    const message = `${this.name} has no column "${column}".${hint}`;
    throw new ModelError('unknown-column', path, message, meantFixes(path, column, header));
  }

  private refuseInput(cell: string, column: number, line: number): never {
    const name = this.header[column];
    const where = `${this.name}, line ${line}`;
    if (isMissing(cell)) {
      throw new ModelError(
        'missing-value',
        ['data', 'path'],
        `${where}: column "${name}" has no value (found "${cell}"). Fill it in, delete the line, or add "${name}" to "ignore".`,
        [this.ignoreFix(name)],
      );
    }
    throw new ModelError(
      'not-a-number',
      ['data', 'path'],
      `${where}: column "${name}" should be a number, found "${shorten(cell)}". Correct it, or add "${name}" to "ignore".`,
      [this.ignoreFix(name)],
    );
  }

  private ignoreFix(name: string): Fix {
    const path = ['data', 'ignore'];
    const value = [...this.params.ignore, name];
    return { title: `Add "${name}" to "ignore"`, operation: { type: 'setPath', path, value } };
  }

  private answers(): Answers {
    const { targets: cells, lines } = this;
    const name = this.params.target;
    const missing = cells.findIndex(isMissing);
    if (missing >= 0) {
      throw new ModelError(
        'missing-value',
        ['data', 'target'],
        `${this.name}, line ${lines[missing]}: the target "${name}" has no value (found "${cells[missing]}"). Fill it in, or delete the line.`,
      );
    }
    const word = cells.findIndex((cell) => !isNumber(cell));
    const type = this.params.targetType;
    if (type === 'number' && word >= 0) {
      throw new ModelError(
        'not-a-number',
        ['data', 'target'],
        `${this.name}, line ${lines[word]}: the target "${name}" should be a number, found "${shorten(cells[word])}". ` +
          'Correct it, or write "targetType": "class".',
      );
    }
    const amounts =
      word < 0 &&
      (cells.some((c) => !Number.isInteger(Number(c))) || new Set(cells.map(Number)).size > mostNumericClasses);
    return type === 'number' || (type === 'auto' && amounts)
      ? this.numbers(cells, name)
      : this.classes(cells, word < 0, name);
  }

  private numbers(cells: readonly string[], name: string): Answers {
    const values = Float64Array.from(cells, Number);
    const large = values.findIndex((v) => !Number.isFinite(Math.fround(v)));
    if (large >= 0) {
      throw new ModelError(
        'value-too-large',
        ['data', 'target'],
        `${this.name}, line ${this.lines[large]}: the target ${cells[large]} is more than a float32 can hold. Scale the column down in the file.`,
      );
    }
    return { type: 'numbers', names: [name], values };
  }

  /** Classes in the order of their numbers, or of their letters: never of the rows, so that sorting a file changes nothing. */
  private classes(cells: readonly string[], numeric: boolean, name: string): Answers {
    // "1" and "1.0" are one class.
    const labels = numeric ? cells.map((c) => String(Number(c))) : cells;
    const names = [...new Set(labels)].sort(numeric ? (a, b) => Number(a) - Number(b) : undefined);
    if (names.length < 2) {
      throw new ModelError(
        'one-class',
        ['data', 'target'],
        `The target "${name}" is "${names[0]}" in all ${cells.length} rows. At least two classes are needed to tell apart: choose another column.`,
      );
    }
    const index = new Map(names.map((n, i) => [n, i]));
    return { type: 'classes', names, indices: Uint32Array.from(labels, (label) => index.get(label) as number) };
  }

  private partOf(cell: string, line: number): number {
    const part = (partNames as readonly string[]).indexOf(cell);
    if (part >= 0) return part;
    throw new ModelError(
      'split-column',
      ['data', 'split', 'column'],
      `${this.name}, line ${line}: the split column "${this.header[this.part]}" must hold "train", "validation" or "test", ` +
        `found "${shorten(cell)}".`,
    );
  }
}

const shorten = (cell: string): string => (cell.length > 30 ? `${cell.slice(0, 29)}…` : cell);
