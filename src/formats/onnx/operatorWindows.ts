import { windowsOf } from '../../engine/layers/parts/pictures';
import { permuted } from '../exchange/trained';
import { NoCounterpart } from '../exchange/imported';
import { attribute, type Flow, floats, type GraphReader, integers } from './graph';
import type { OnnxNode } from './messages';

/** A convolution of lists or pictures of channels. */
export function readConvolution(r: GraphReader, node: OnnxNode): void {
  if ((attribute(node, 'group', 'int') ?? 1) !== 1)
    throw new NoCounterpart('is in groups of channels; ours reads all channels');
  const kernel = r.constant(node, 1)!;
  const bias = r.constant(node, 2);
  const dimensions = kernel.shape.length - 2;
  if (dimensions !== 1 && dimensions !== 2) throw new NoCounterpart(`has ${dimensions} dimensions; ours have 1 or 2`);
  const x = pictured(r, node, dimensions);
  const [filters, channels, ...window] = kernel.shape;
  if (channels !== x.shape[dimensions])
    throw new NoCounterpart(`reads ${channels} channels, but there are ${x.shape[dimensions]}`);
  const { padding, strides, dilation, places } = windowOf(node, x, window);
  const single = (values: readonly number[]): number | number[] =>
    values.every((n) => n === values[0]) ? values[0] : [...values];
  const id = r.add(dimensions === 1 ? 'conv1d' : 'conv2d', node, [x.layer], {
    filters,
    kernelSize: single(window),
    ...(strides.some((n) => n !== 1) && { strides: single(strides) }),
    ...(padding === 'same' && { padding }),
    ...(dilation.some((n) => n !== 1) && { dilationRate: single(dilation) }),
    ...(!bias && { bias: false }),
  });
  // [filters, channels, window..] → [window.., channels, filters]
  const order = [...window.map((_, i) => i + 2), 1, 0];
  const values = permuted(Float32Array.from(floats(kernel)), kernel.shape, order);
  r.setWeight(id, 'kernel', [...window, channels, filters], values);
  if (bias) r.setWeight(id, 'bias', [filters], floats(bias));
  r.know(node.outputs[0], { type: 'flow', layer: id, shape: [...places, filters], layout: 'first' });
}

export function readPooling(r: GraphReader, node: OnnxNode, kind: 'maxPool2d' | 'averagePool2d'): void {
  const window = attribute(node, 'kernel_shape', 'ints') ?? [];
  if (window.length !== 2) throw new NoCounterpart(`has ${window.length} dimensions; ours has 2`);
  if ((attribute(node, 'ceil_mode', 'int') ?? 0) !== 0) throw new NoCounterpart('rounds its size up (ceil_mode)');
  const x = pictured(r, node, 2);
  const { padding, strides, dilation, places } = windowOf(node, x, window);
  if (dilation.some((n) => n !== 1)) throw new NoCounterpart('has gaps in its window (dilations)');
  if (kind === 'averagePool2d' && padding === 'same' && (attribute(node, 'count_include_pad', 'int') ?? 0) !== 0)
    throw new NoCounterpart('counts the padding in its mean (count_include_pad)');
  const id = r.add(kind, node, [x.layer], {
    poolSize: [...window],
    ...(strides.join() !== window.join() && { strides }),
    ...(padding === 'same' && { padding }),
  });
  r.know(node.outputs[0], { ...x, layer: id, shape: [...places, x.shape[2]] });
}

export function readGlobalPooling(r: GraphReader, node: OnnxNode): void {
  const x = pictured(r, node, 2);
  const id = r.add('globalAveragePool2d', node, [x.layer]);
  r.know(node.outputs[0], { type: 'flow', layer: id, shape: [x.shape[2]], layout: 'last', ones: 2 });
}

function pictured(r: GraphReader, node: OnnxNode, dimensions: number): Flow {
  const x = r.plain(node);
  if (x.layout !== 'first' || x.shape.length !== dimensions + 1)
    throw new NoCounterpart('reads something else than channels of pictures');
  return x;
}

/** The mean over all places of a picture is a global pooling, as PyTorch writes `x.mean((2, 3))`. */
export function readReduceMean(r: GraphReader, node: OnnxNode): void {
  const x = r.plain(node);
  const rank = x.shape.length;
  const given = r.constant(node, 1);
  const axes = (given ? integers(given) : (attribute(node, 'axes', 'ints') ?? [])).map((a) =>
    a < 0 ? a + rank + 1 : a,
  );
  const places = x.layout === 'first' ? [2, 3] : [1, 2];
  if (rank !== 3 || [...axes].sort().join() !== places.join())
    throw new NoCounterpart(`takes the mean over the axes [${axes.join(', ')}]; ours takes that of a whole picture`);
  const keeps = (attribute(node, 'keepdims', 'int') ?? 1) !== 0;
  if (keeps && x.layout === 'last') throw new NoCounterpart('keeps dimensions of 1 before the channels (keepdims)');
  const id = r.add('globalAveragePool2d', node, [x.layer]);
  r.know(node.outputs[0], { type: 'flow', layer: id, shape: [x.shape[2]], layout: 'last', ...(keeps && { ones: 2 }) });
}

interface Window {
  readonly padding: 'valid' | 'same';
  readonly strides: number[];
  readonly dilation: number[];
  /** Where it goes: the size of the output. */
  readonly places: number[];
}

/** @throws NoCounterpart where the padding is neither none nor what "same" gives */
function windowOf(node: OnnxNode, x: Flow, window: readonly number[]): Window {
  const ones = window.map(() => 1);
  const strides = [...(attribute(node, 'strides', 'ints') ?? ones)];
  const dilation = [...(attribute(node, 'dilations', 'ints') ?? ones)];
  const auto = attribute(node, 'auto_pad', 'text') ?? 'NOTSET';
  const pads = attribute(node, 'pads', 'ints') ?? [...ones, ...ones].map(() => 0);
  const sizes = x.shape.slice(0, -1);
  if ([window, strides, dilation].some((all) => all.length !== sizes.length || all.some((n) => !(n >= 1))))
    throw new NoCounterpart('has a window that does not fit the dimensions it reads');
  const same = sizes.map((size, axis) => {
    const reach = (window[axis] - 1) * dilation[axis] + 1;
    const total = Math.max(0, (Math.ceil(size / strides[axis]) - 1) * strides[axis] + reach - size);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
  const upper = [...same.map(([before]) => before), ...same.map(([, behind]) => behind)];
  const none = auto === 'VALID' || (auto === 'NOTSET' && pads.every((n) => n === 0));
  const padded = auto === 'SAME_UPPER' || (auto === 'NOTSET' && pads.join() === upper.join());
  if (!none && !padded)
    throw new NoCounterpart(
      `is padded by [${pads.join(', ')}]; "same" would be [${upper.join(', ')}], "valid" nothing`,
    );
  const padding = none ? 'valid' : 'same';
  const wide = (values: readonly number[]): number[] => (values.length === 1 ? [1, ...values] : [...values]);
  const [height, width] = wide(sizes);
  const w = windowsOf([height, width, 1], {
    name: 'window',
    window: wide(window),
    strides: wide(strides),
    dilation: wide(dilation),
    padding,
  });
  return { padding, strides, dilation, places: window.length === 1 ? [w.columns] : [w.rows, w.columns] };
}
