import type { ActivationDefinition, GradientTarget, LossFunction, UpdateRule } from './functions';
import type { MaskSource, Rated } from '../dropping';
import type { Precision, Real } from '../real';

/** How a window slides over a picture [height, width, channels]. What it covers outside of the picture is padding. */
export interface Windows {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Places that the window takes: the height and width of the output. */
  readonly rows: number;
  readonly columns: number;
  readonly windowHeight: number;
  readonly windowWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  /** Steps between the window's values: 1 where it has no gaps. */
  readonly dilationY: number;
  readonly dilationX: number;
  /** Padding before the first row and the first column. */
  readonly top: number;
  readonly left: number;
}

/** The loops of pooling. Pictures are [height, width, channels], channels fastest. */
export interface WindowKernels {
  /**
   * The largest value of each window, without padding and without gaps; NaN where it sees one.
   * @param chosen gets where in `images` it stood; of equal ones, the first
   */
  maxPool(output: Real, chosen: Uint32Array, images: Real, samples: number, windows: Windows): void;
  /** Each output's gradient goes to the value chosen; added to what `gradient` holds where `accumulate`. */
  maxPoolGradient(
    gradient: Real,
    outputGradient: Real,
    chosen: Uint32Array,
    samples: number,
    windows: Windows,
    accumulate: boolean,
  ): void;
  /** The mean of each window, of the values that are not padding; without gaps. */
  averagePool(output: Real, images: Real, samples: number, windows: Windows): void;
  /**
   * Each output's gradient goes, in equal shares, to the values it is the mean of; added to what `gradient` holds where
   * `accumulate`.
   */
  averagePoolGradient(
    gradient: Real,
    outputGradient: Real,
    samples: number,
    windows: Windows,
    accumulate: boolean,
  ): void;
}

/** What stands behind a normalisation, each part absent where the layer has none. */
export interface Scaling {
  readonly gamma: MatrixWeight | undefined;
  readonly beta: MatrixWeight | undefined;
}

/** The loops of normalisation, by column and by row of matrices [rows, columns], row-major. Variances are biased ones. */
export interface NormalizationKernels {
  measureColumns(mean: Real, variance: Real, x: Real, rows: number, columns: number): void;
  /** y = gamma (x - mean) / sqrt(variance + epsilon) + beta, each of its column. */
  normalizeColumns(
    y: Real,
    x: Real,
    mean: Real,
    variance: Real,
    scaling: Scaling,
    epsilon: number,
    rows: number,
    columns: number,
  ): void;
  /**
   * The gradients of that.
   * @param measured whether mean and variance are those of x itself, which pass a gradient on
   * @param fromMean working memory, as `fromVariance`: a number a column
   */
  normalizeColumnsGradient(
    dx: GradientTarget | undefined,
    dy: Real,
    x: Real,
    mean: Real,
    variance: Real,
    scaling: Scaling,
    epsilon: number,
    measured: boolean,
    rows: number,
    columns: number,
    fromMean: Real,
    fromVariance: Real,
  ): void;
  /**
   * y = gamma (x - mean) inverse + beta, mean and inverse = 1 / sqrt(variance + epsilon) each of its row, gamma and beta
   * of the column.
   * @param mean gets what the gradient is computed with, as `inverse`
   */
  normalizeRows(
    y: Real,
    mean: Real,
    inverse: Real,
    x: Real,
    scaling: Scaling,
    epsilon: number,
    rows: number,
    columns: number,
  ): void;
  normalizeRowsGradient(
    dx: GradientTarget | undefined,
    dy: Real,
    x: Real,
    mean: Real,
    inverse: Real,
    scaling: Scaling,
    rows: number,
    columns: number,
  ): void;
}

/** The loops of layers that join others, and of tables of which rows are looked up. */
export interface MergingKernels {
  /**
   * to = first · the product of the factors, for each value below length; added to what `to` holds where `accumulate`.
   * @param first absent: 1
   * @param except the place of a factor that is left out; -1 for none
   */
  multiplyAll(
    to: Real,
    first: Real | undefined,
    factors: readonly Real[],
    except: number,
    length: number,
    accumulate: boolean,
  ): void;
  /**
   * Columns of one row-major matrix into as many columns of another; added there where `accumulate`.
   * @param toStart the first of the columns, as `fromStart`
   * @param toWidth all columns of the matrix, as `fromWidth`
   */
  copyColumns(
    to: Real,
    toStart: number,
    toWidth: number,
    from: Real,
    fromStart: number,
    fromWidth: number,
    columns: number,
    rows: number,
    accumulate: boolean,
  ): void;
  /** Row i of `to` = row indices[i] of `table`, both so many columns wide. */
  gatherRows(to: Real, table: Real, indices: Real, columns: number, rows: number): void;
  /** Adds row i of `from` to row indices[i] of `table`, in ascending order. */
  scatterRows(table: Real, from: Real, indices: Real, columns: number, rows: number): void;
}

/** A stretch of memory that a set of kernels gave away. It begins at a multiple of 64 bytes of `buffer`, and is all zero. */
export interface Region {
  readonly buffer: ArrayBufferLike;
  /** Where it begins in `buffer`, in bytes. */
  readonly byteOffset: number;
}

/** A weight matrix, in the panels of its set, and what becomes of it. */
export interface MatrixWeight {
  readonly values: Real;
  /** Absent in a network without gradients. */
  readonly gradient: Real | undefined;
  /**
   * Present where nobody needs the gradient but the optimizer: a set that can moves the weights at once, while what
   * their gradient is made of is at hand, sets `done`, and may leave `gradient` as it is.
   */
  update?: PendingUpdate;
}
/** Other rules and slots may take the place of these between two steps. */
export interface PendingUpdate {
  rule: UpdateRule;
  slots: readonly Real[];
  done: boolean;
}

/**
 * Products with the weights of a layer. Batches are row-major and start at element 0; weight matrices [depth, columns]
 * stand as `KernelSet.panel` says. Every output is summed over the depth in ascending order in one accumulator, so
 * neither tiles, panels nor the number of rows or threads change a bit of it: a sample alone gives what it gives in a
 * batch.
 */
export interface ProductKernels {
  /**
   * sum[rows, columns] = x[rows, depth] w + bias, and output = activation(sum). `sum` and `output` may be the same array.
   */
  affine(
    sum: Real,
    output: Real,
    x: Real,
    w: Real,
    bias: Real | undefined,
    activation: ActivationDefinition,
    rows: number,
    depth: number,
    columns: number,
  ): void;
  /** dx = dy wT; added to what `dx` holds where `accumulate`. */
  affineInputGradient(
    dx: Real,
    dy: Real,
    w: Real,
    rows: number,
    depth: number,
    columns: number,
    accumulate: boolean,
  ): void;
  /** The weight's gradient = xT dy, or the weight's update by it. */
  affineWeightGradient(w: MatrixWeight, x: Real, dy: Real, rows: number, depth: number, columns: number): void;
  /**
   * Convolution (cross-correlation, as everywhere in the field) of pictures [samples, height, width, channels] with
   * w [window height x window width x channels, filters]: sum = patches w + bias, and output = activation(sum), both
   * [samples, rows, columns, filters].
   * @param patches working memory: the patches of one sample
   */
  convolve(
    sum: Real,
    output: Real,
    images: Real,
    w: Real,
    bias: Real | undefined,
    activation: ActivationDefinition,
    samples: number,
    filters: number,
    windows: Windows,
    patches: Real,
  ): void;
  /** The gradient of the pictures from that of the sums; added to what `dx` holds where `accumulate`. */
  convolveInputGradient(
    dx: Real,
    dy: Real,
    w: Real,
    samples: number,
    filters: number,
    windows: Windows,
    patches: Real,
    accumulate: boolean,
  ): void;
  /** The weight's gradient: patchesT dy, over all samples. */
  convolveWeightGradient(
    w: MatrixWeight,
    images: Real,
    dy: Real,
    samples: number,
    filters: number,
    windows: Windows,
    patches: Real,
  ): void;
}

/** Dropout. A mask has a byte a value: 1 where it is dropped, 0 elsewhere. */
export interface MaskKernels {
  /** Draws the masks of `rows` samples, as `drawMask` of rng/philox.ts draws each. */
  drawMasks(
    mask: Uint8Array,
    rows: number,
    units: number,
    source: MaskSource,
    rated: Rated,
    step: number,
    firstSample: number,
  ): void;
  /** Draws the masks and applies them: to = 0 where dropped, from * scale elsewhere. */
  dropout(
    to: Real,
    from: Real,
    scale: number,
    mask: Uint8Array,
    rows: number,
    units: number,
    source: MaskSource,
    rated: Rated,
    step: number,
    firstSample: number,
  ): void;
  /** to[i] = 0 where mask[i] is 1, from[i] * scale elsewhere; added where `accumulate`. */
  applyMask(to: Real, from: Real, mask: Uint8Array, scale: number, length: number, accumulate: boolean): void;
}

/**
 * Which bits a set makes. A run keeps its class: two of them differ in the last digits. 'fused' and 'strict' round products
 * once and twice (see Numerics), 'reference' carries sums in double precision.
 */
export type NumericsClass = 'fused' | 'strict' | 'reference';

/** The heavy loops, behind one interface, so that a set in WebAssembly can take the place of the reference one. */
export interface KernelSet extends ProductKernels, WindowKernels, MaskKernels, NormalizationKernels, MergingKernels {
  readonly name: NumericsClass;
  /** Of the numbers that it works on: where a network has others, the reference set takes its place. */
  readonly precisions: readonly Precision[];
  /**
   * What it computes in loops of its own, as "layer:dense", "activation:relu", "loss:crossentropy" or "optimizer:adam": see
   * coverage.ts. Empty in the reference set.
   */
  readonly coverage: ReadonlySet<string>;
  /** Columns of the panels in which weight matrices stand: see matrices.ts. Absent: row-major. */
  readonly panel?: number;
  /** Memory for what steps work on. A WebAssembly set gives stretches of the one memory that its code reaches. */
  allocate(bytes: number): Region;

  /** The set's own loops of an activation, a loss, an optimizer's rule; where it has none, the given one itself. */
  activation(own: ActivationDefinition): ActivationDefinition;
  loss(own: LossFunction): LossFunction;
  updateRule(own: UpdateRule): UpdateRule;

  /** sums[j] = sum over rows of values[i,j], rows in ascending order. */
  sumColumns(sums: Real, values: Real, rows: number, columns: number): void;
  /** values[i,j] *= factors[i]. */
  scaleRows(values: Real, factors: Real, rows: number, columns: number): void;
  /** to[i] = from[i], for i below length; added where `accumulate`. */
  copy(to: Real, from: Real, length: number, accumulate: boolean): void;
}

/** Names of the functions of a set in which layers do their work. */
export type KernelFunction = Exclude<
  { [Name in keyof KernelSet]-?: KernelSet[Name] extends (...args: never[]) => void ? Name : never }[keyof KernelSet],
  'allocate' | 'activation' | 'loss' | 'updateRule'
>;
