/** The masks of a whole batch: samples down, across what a layer drops in one piece. Sizes, counts and words. Pure. */
import type { Shape } from '../../src/model/spec';
import { sizeOf } from '../../src/model/spec';
import type { Answer, BatchMask } from '../../src/protocol/training';
import { piecesDropped } from '../canvas/dropped';
import * as words from '../words';

/** What the strip stands between: names of the samples, counts, and above how often each was dropped. */
export const FREQUENCY = 26;
const ROOMY = 560;

export interface StripSize {
  /** Width of a piece; below 2 several of them share a column. */
  readonly cell: number;
  readonly row: number;
  readonly per: number;
  readonly columns: number;
  readonly width: number;
  readonly height: number;
  /** Room at either side for words. */
  readonly left: number;
  readonly right: number;
}

export function stripSize(pieces: number, rows: number, width: number, height: number): StripSize {
  const [left, right] = width < ROOMY ? [58, 78] : [92, 100];
  const room = Math.max(40, width - left - right);
  const ideal = Math.min(24, room / pieces);
  const per = ideal >= 2 ? 1 : Math.ceil((2 * pieces) / room);
  const columns = Math.ceil(pieces / per);
  const cell = Math.min(24, room / columns);
  const row = Math.max(5, Math.min(18, Math.floor((height - FREQUENCY) / Math.max(1, rows))));
  return {
    cell,
    row,
    per,
    columns,
    left,
    right,
    width: left + columns * cell + right,
    height: FREQUENCY + rows * row + 3,
  };
}

/** At which place of an order a pointer is, from the strip's left; undefined beside the strip. */
export function placeAt(size: StripSize, pieces: number, x: number): number | undefined {
  const at = Math.floor(((x - size.left) / size.cell) * size.per);
  return at >= 0 && at < pieces ? at : undefined;
}

/** How many are dropped of a piece for one sample: 0 or 1, or of a unit's connections so many. */
export function droppedIn({ pieces, bits, counts }: BatchMask, row: number, piece: number): number {
  if (counts) return counts[row * pieces + piece];
  return bits ? (bits[row * Math.ceil(pieces / 8) + (piece >> 3)] >> (piece & 7)) & 1 : 0;
}

/** How many are dropped for one sample in all. */
export function droppedOfRow(mask: BatchMask, row: number): number {
  let n = 0;
  for (let i = 0; i < mask.pieces; i++) n += droppedIn(mask, row, i);
  return n;
}

/** In how many samples each piece was dropped; of connections, how many of them in all samples. */
export function timesDropped(mask: BatchMask): Uint32Array {
  const counts = new Uint32Array(mask.pieces);
  for (let r = 0; r < mask.rows; r++) for (let i = 0; i < mask.pieces; i++) counts[i] += droppedIn(mask, r, i);
  return counts;
}

/** What the columns are ordered by. */
export const ORDERS = { index: 'By index', dropped: 'By times dropped', activation: 'By activation' } as const;
export type Order = keyof typeof ORDERS;

/** Which piece stands at each place: the most often dropped first, or the most active; those alike by index. */
export function orderOf(by: Order, pieces: number, times: ArrayLike<number>, values?: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from({ length: pieces }, (_, i) => i);
  const measure = by === 'dropped' ? times : by === 'activation' ? values : undefined;
  return measure ? order.sort((a, b) => measure[b] - measure[a] || a - b) : order;
}

type Piece = BatchMask['piece'];

/** What one column is, for a layer of a shape. */
export function nounOf(piece: Piece, shape: Shape): string {
  switch (piece) {
    case 'value':
      return shape.length > 1 ? 'value' : 'unit';
    case 'connection':
      return 'unit';
    case 'sample':
      return 'branch';
    default:
      return piece;
  }
}

/** "62 of 128 units", "3 of 16 channels", "5 blocks", "120 of 256 connections", "all", "nothing". */
export function droppedText(mask: Pick<BatchMask, 'piece' | 'pieces' | 'each'>, dropped: number, shape: Shape): string {
  const { piece, pieces, each } = mask;
  const text = piecesDropped(piece, dropped, pieces * each);
  return piece === 'value' ? `${text} ${nounOf(piece, shape)}s` : text;
}

/** Beside a row, where there is little room: "62 of 128", "5 blocks", "47 %". */
export function droppedShort(mask: BatchMask, dropped: number): string {
  const { piece, pieces, each } = mask;
  if (piece === 'sample') return dropped > 0 ? 'dropped' : 'kept';
  if (piece === 'block') return words.plural(dropped, 'block');
  if (piece === 'connection') return words.percent(dropped / (pieces * each), 1);
  return `${words.count(dropped)} of ${words.count(pieces)}`;
}

/** Which piece it is: "Unit 38", "Channel 3", "Block at row 2, column 1 of channel 4". */
export function pieceName(piece: Piece, at: number, shape: Shape, block: number): string {
  if (piece === 'sample') return 'The branch';
  if (piece === 'block') {
    const { top, left, channel } = placeOfBlock(at, shape, block);
    return `Block at row ${top + 1}, column ${left + 1} of channel ${channel + 1}`;
  }
  const noun = nounOf(piece, shape);
  return `${noun[0].toUpperCase()}${noun.slice(1)} ${words.count(at + 1)}`;
}

/** "dropped", "kept", "begins here", "12 of 64 connections dropped": what became of a piece for one sample. */
export function fateOf(mask: BatchMask, row: number, piece: number): string {
  const dropped = droppedIn(mask, row, piece);
  if (mask.piece === 'connection') return `${words.count(dropped)} of ${words.count(mask.each)} connections dropped`;
  if (mask.piece === 'block') return dropped > 0 ? 'begins here' : 'none begins here';
  return dropped > 0 ? 'dropped' : 'kept';
}

/** Blocks begin at places of a map where one fits: in the order of the values there. */
function placeOfBlock(at: number, [, width, channels]: Shape, block: number) {
  const columns = width - block + 1;
  const place = Math.floor(at / channels);
  return { top: Math.floor(place / columns), left: place % columns, channel: at % channels };
}

/** The first value of a layer's sample that goes with a piece; undefined where that tells nothing. */
export function valueOf(piece: Piece, at: number, shape: Shape, block: number): number | undefined {
  const channels = shape[shape.length - 1];
  switch (piece) {
    case 'value':
    case 'channel':
    case 'connection':
      return at;
    case 'position':
      return at * channels;
    case 'block': {
      const { top, left, channel } = placeOfBlock(at, shape, block);
      return (top * shape[1] + left) * channels + channel;
    }
    default:
      return undefined;
  }
}

/** The piece that a value goes with; undefined where there is none of its own. */
export function pieceAt(piece: Piece, value: number, shape: Shape, block: number): number | undefined {
  const channels = shape[shape.length - 1];
  switch (piece) {
    case 'value':
    case 'connection':
      return value;
    case 'channel':
      return value % channels;
    case 'position':
      return Math.floor(value / channels);
    case 'block': {
      const place = Math.floor(value / channels);
      const [top, left] = [Math.floor(place / shape[1]), place % shape[1]];
      const [rows, columns] = [shape[0] - block + 1, shape[1] - block + 1];
      return top < rows && left < columns ? (top * columns + left) * channels + (value % channels) : undefined;
    }
    default:
      return undefined;
  }
}

/** What the pieces of a sample give: its values, or their mean over a channel or a position. Undefined for what has none. */
export function valuesOfPieces(piece: Piece, values: Float32Array, shape: Shape): Float32Array | undefined {
  if (values.length !== sizeOf(shape)) return undefined;
  if (piece === 'value' || piece === 'connection') return values;
  if (piece !== 'channel' && piece !== 'position') return undefined;
  const channels = shape[shape.length - 1];
  const places = values.length / channels;
  const sums = new Float32Array(piece === 'channel' ? channels : places);
  for (let i = 0; i < values.length; i++)
    sums[piece === 'channel' ? i % channels : Math.floor(i / channels)] += values[i];
  return sums.map((sum) => sum / (values.length / sums.length));
}

export type RunCounts = Answer<'dropCounts'>;
/** Of a normal distribution, 95 % lies within so many standard deviations. */
export const MOST = 1.96;

/** In which share of what could be dropped a count was: of a unit's connections, of all of them in all samples. */
export const shareOf = ({ samples, each }: Pick<RunCounts, 'samples' | 'each'>, count: number): number =>
  count / (samples * each);

/** What is said of the drops of a whole run: of one unit (channel, block), or of all. */
export function runWords(run: RunCounts, at?: number): string {
  const { piece, counts, samples, expected } = run;
  if (samples === 0) return '';
  // Where blocks begin seldom, a percentage of one digit tells nothing.
  const digits = shareOf(run, expected.mean) < 0.02 ? 2 : 1;
  const share = (n: number): string => words.percent(shareOf(run, n), digits).replace(' %', '');
  const of = samplesOf(run);
  const noun = piece === 'value' || piece === 'connection' ? 'unit' : piece === 'sample' ? 'branch' : piece;
  const low = Math.max(0, expected.mean - MOST * expected.deviation);
  const chance = `; by chance 95 % of ${noun === 'branch' ? 'runs' : `${noun}s`} are within ${share(low)}\u2013${share(expected.mean + MOST * expected.deviation)} %`;
  if (at !== undefined)
    return `over the run ${piece === 'connection' ? '' : 'in '}${share(counts[at])} % ${piece === 'connection' ? 'of them in' : 'of'} ${of}${chance}.`;
  const range = rangeWords(counts, share);
  if (piece === 'connection')
    return `Over the run ${range} % of each unit\u2019s connections were dropped, in ${of}${chance}.`;
  const what =
    noun === 'branch'
      ? 'the branch was dropped'
      : noun === 'block'
        ? 'a block began at each place'
        : `each ${noun} was dropped`;
  return `Over the run ${what} in ${range} % of ${of}${chance}.`;
}

/** "9,600 samples", and of which steps where the count is still under way. */
export const samplesOf = ({ samples, steps, made }: Pick<RunCounts, 'samples' | 'steps' | 'made'>): string =>
  `${words.plural(samples, 'sample')}${steps < made ? ` of the first ${words.plural(steps, 'step')}` : ''}`;

/** "48.1–51.9", or one number where all are alike. */
export function rangeWords(values: ArrayLike<number>, share: (value: number) => string): string {
  let least = Infinity;
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]);
    most = Math.max(most, values[i]);
  }
  const [low, high] = [share(least), share(most)];
  return low === high ? low : `${low}\u2013${high}`;
}
