import { initializers } from '../../engine/initializers/index';
import type { Json, JsonObject } from '../../model/json';
import type { Shape } from '../../model/spec';
import { NoCounterpart, rounded } from '../exchange/imported';
import { type ConfigLayer, isObject } from './config';

/** The configuration of one layer, asked setting by setting: what is not as it can be is said by its name. */
export class LayerConfig {
  readonly notes: string[] = [];

  constructor(
    readonly layer: ConfigLayer,
    /** Of one sample, of each layer it reads. */
    readonly inputShapes: readonly Shape[],
  ) {}

  get(key: string): Json | undefined {
    return this.layer.config[key];
  }
  /** @throws NoCounterpart where it is no number */
  number(key: string, otherwise?: number): number {
    const value = this.get(key) ?? otherwise;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.#is(key, value);
    return rounded(value);
  }
  flag(key: string, otherwise: boolean): boolean {
    const value = this.get(key) ?? otherwise;
    if (typeof value !== 'boolean') throw this.#is(key, value);
    return value;
  }
  /** So many whole numbers; one stands for all. */
  sizes(key: string, count: number, otherwise?: Json): number[] {
    const value = this.get(key) ?? otherwise;
    const list = Array.isArray(value) ? value : Array.from({ length: count }, () => value);
    if (list.length !== count || !list.every((n) => Number.isInteger(n))) throw this.#is(key, value);
    return list as number[];
  }
  /** A setting that is left out here: it must be as it is by default. */
  only(key: string, ...allowed: readonly Json[]): void {
    const value = this.get(key);
    if (value !== undefined && !allowed.some((one) => JSON.stringify(one) === JSON.stringify(value)))
      throw this.#is(key, value);
  }
  channelsLast(): void {
    if (this.get('data_format') === 'channels_first')
      throw new NoCounterpart('has its channels first (data_format); pictures here have them last');
    this.only('data_format', null, 'channels_last');
  }
  /** An axis as the number of a dimension of one sample. */
  axes(key: string, otherwise: number): number[] {
    const value = this.get(key) ?? otherwise;
    const list = Array.isArray(value) ? value : [value];
    const rank = this.inputShapes[0].length;
    return list.map((axis) => {
      if (typeof axis !== 'number' || !Number.isInteger(axis)) throw this.#is(key, value);
      return axis < 0 ? rank + axis : axis - 1;
    });
  }
  lastAxis(key: string): void {
    const axes = this.axes(key, -1);
    const last = this.inputShapes[0].length - 1;
    if (axes.length !== 1 || axes[0] !== last)
      throw new NoCounterpart(`works along "${key}" ${JSON.stringify(this.get(key))}; ours works along the last`);
  }

  /** How it computes: a type, or a policy such as "mixed_float16". */
  policy(): string {
    const value = this.get('dtype') ?? 'float32';
    const name = isObject(value) && isObject(value.config) ? value.config.name : value;
    return typeof name === 'string' ? name : 'float32';
  }

  /** What is set for training alone, on a layer with a kernel: said where it can be, else noted. */
  kernel(): Record<string, Json | undefined> {
    for (const key of ['bias_regularizer', 'activity_regularizer', 'bias_constraint', 'lora_rank'])
      if (this.get(key) !== undefined && this.get(key) !== null) this.#left(key);
    if (this.get('quantization_config')) throw new NoCounterpart('is quantized');
    const { className: bias } = this.object('bias_initializer') ?? { className: 'Zeros' };
    if (bias !== 'Zeros') this.#left('bias_initializer');
    return { ...this.#begins(), ...this.#penalty(), ...this.#maxNorm() };
  }
  /** What is set for training alone and has no counterpart here: noted where it is set. */
  forTraining(...keys: readonly string[]): void {
    for (const key of keys) if (this.get(key) !== undefined && this.get(key) !== null) this.#left(key);
  }

  /** An object of Keras within a setting; undefined where there is none. */
  object(key: string): { readonly className: string; readonly config: JsonObject } | undefined {
    const value = this.get(key);
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return { className: value, config: {} };
    if (!isObject(value) || typeof value.class_name !== 'string') throw this.#is(key, value);
    return { className: value.class_name, config: isObject(value.config) ? value.config : {} };
  }

  #begins(): Record<string, Json | undefined> {
    const found = this.object('kernel_initializer');
    if (!found) return {};
    const kind = found.className[0].toLowerCase() + found.className.slice(1);
    const known = initializers.has(kind) && !('gain' in found.config && found.config.gain !== 1);
    if (!known) {
      this.#left('kernel_initializer');
      return {};
    }
    const { value } = found.config;
    return {
      initializer: kind === 'glorotUniform' ? undefined : kind,
      initialValue: kind === 'constant' && typeof value === 'number' ? rounded(value) : undefined,
    };
  }
  #penalty(): Record<string, Json | undefined> {
    const found = this.object('kernel_regularizer');
    if (!found) return {};
    const { l1, l2 } = found.config;
    if (!/^(L1|L2|L1L2)$/i.test(found.className)) {
      this.#left('kernel_regularizer');
      return {};
    }
    const of = (value: Json | undefined): number | undefined =>
      typeof value === 'number' && value !== 0 ? rounded(value) : undefined;
    return { l1: of(l1), l2: of(l2) };
  }
  #maxNorm(): Record<string, Json | undefined> {
    const found = this.object('kernel_constraint');
    if (!found) return {};
    const { max_value: most, axis } = found.config;
    // Of all weights that lead to one unit: all dimensions of the kernel but the last.
    const wanted = this.layer.className === 'Dense' ? [0] : this.inputShapes[0].map((_, i) => i);
    const fits = JSON.stringify(Array.isArray(axis) ? axis : [axis]) === JSON.stringify(wanted);
    if (found.className !== 'MaxNorm' || !fits || typeof most !== 'number') {
      this.#left('kernel_constraint');
      return {};
    }
    return { maxNorm: rounded(most) };
  }

  #left(key: string): void {
    const value = this.object(key);
    this.notes.push(
      `"${key}" (${value?.className ?? ''}) has no counterpart and is left out: it matters in training only.`,
    );
  }
  #is(key: string, value: Json | undefined): NoCounterpart {
    const said = value === undefined ? 'nothing' : JSON.stringify(value);
    return new NoCounterpart(`has "${key}": ${said.length > 60 ? `${said.slice(0, 60)}…` : said}`);
  }
}
