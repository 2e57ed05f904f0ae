/**
 * Pooling of pictures [height, width, channels], channels fastest: four channels at a time, in the order and in the
 * precision of the reference loops, so that both give the same bits. What is not four channels is taken one by one.
 */
import { share, word } from './core';
import { high, low, rounded } from './doubles';
import { windowsOf } from './windows';

/** The window at `position` along one axis, as far as it lies in the picture: every window does in part. */
// @ts-ignore: decorator
@inline
function startOf(position: usize, stride: isize, padding: isize): usize {
  return <usize>max<isize>(0, <isize>position * stride - padding);
}
// @ts-ignore: decorator
@inline
function endOf(position: usize, stride: isize, padding: isize, window: usize, size: usize): usize {
  return min<usize>(<usize>(<isize>position * stride - padding + <isize>window), size);
}

/** Arguments: output, chosen, images, samples, -, windows. Shared by rows of the output. */
export function maxPool(args: usize, thread: u32, threads: u32): void {
  const g = windowsOf(args),
    output = word(args, 0),
    chosen = word(args, 1),
    images = word(args, 2),
    width = <usize>g.width,
    height = <usize>g.height,
    channels = g.channels,
    rows = g.rows,
    columns = g.columns,
    windowWidth = g.windowWidth,
    stride = g.strideX,
    left = g.left,
    size = height * width * channels,
    lines = word(args, 3) * rows,
    end = share(lines, 1, thread + 1, threads);
  for (let line = share(lines, 1, thread, threads); line < end; line++) {
    const start = (line / rows) * size;
    const y0 = startOf(line % rows, g.strideY, g.top);
    const y1 = endOf(line % rows, g.strideY, g.top, g.windowHeight, height);
    for (let column: usize = 0; column < columns; column++) {
      const x0 = startOf(column, stride, left);
      const x1 = endOf(column, stride, left, windowWidth, width);
      const first = start + (y0 * width + x0) * channels;
      const at = (line * columns + column) * channels;
      let c: usize = 0;
      for (; c + 4 <= channels; c += 4) {
        let best = v128.load(images + ((first + c) << 2));
        let place = i32x4.splat(<i32>(first + c));
        for (let y = y0; y < y1; y++) {
          let here = start + (y * width + x0) * channels + c;
          for (let x = x0; x < x1; x++, here += channels) {
            const v = v128.load(images + (here << 2));
            // NaN wins, as in the reference.
            const better = v128.or(f32x4.gt(v, best), f32x4.ne(v, v));
            best = v128.bitselect(v, best, better);
            place = v128.bitselect(i32x4.splat(<i32>here), place, better);
          }
        }
        v128.store(output + ((at + c) << 2), best);
        v128.store(chosen + ((at + c) << 2), i32x4.add(place, i32x4(0, 1, 2, 3)));
      }
      for (; c < channels; c++) {
        let best = load<f32>(images + ((first + c) << 2));
        let place = first + c;
        for (let y = y0; y < y1; y++) {
          let here = start + (y * width + x0) * channels + c;
          for (let x = x0; x < x1; x++, here += channels) {
            const v = load<f32>(images + (here << 2));
            // Selected, not branched on: which value is the largest nobody can predict.
            const better = i32(v > best) | i32(v != v);
            best = select<f32>(v, best, better);
            place = select<usize>(here, place, better);
          }
        }
        store<f32>(output + ((at + c) << 2), best);
        store<u32>(chosen + ((at + c) << 2), <u32>place);
      }
    }
  }
}

/** Sets the gradients of the samples from .. to to 0 where nothing is there yet to be added to. */
// @ts-ignore: decorator
@inline
function clear(gradient: usize, from: usize, to: usize, size: usize, accumulate: usize): void {
  if (!accumulate) memory.fill(gradient + ((from * size) << 2), 0, ((to - from) * size) << 2);
}

/** Arguments: gradient, chosen, output gradient, samples, accumulate, windows. Shared by samples. */
export function maxPoolGradient(args: usize, thread: u32, threads: u32): void {
  const g = windowsOf(args),
    gradient = word(args, 0),
    chosen = word(args, 1),
    outputGradient = word(args, 2),
    samples = word(args, 3),
    channels = g.channels,
    places = g.rows * g.columns * channels,
    from = share(samples, 1, thread, threads),
    to = share(samples, 1, thread + 1, threads);
  clear(gradient, from, to, <usize>g.height * <usize>g.width * channels, word(args, 4));
  for (let at = (from * places) << 2, end = (to * places) << 2; at < end; at += 4) {
    const place = gradient + (load<u32>(chosen + at) << 2);
    store<f32>(place, load<f32>(place) + load<f32>(outputGradient + at));
  }
}

/** Arguments: output, -, images, samples, -, windows. Shared by rows of the output. */
export function averagePool(args: usize, thread: u32, threads: u32): void {
  const g = windowsOf(args),
    output = word(args, 0),
    images = word(args, 2),
    width = <usize>g.width,
    height = <usize>g.height,
    channels = g.channels,
    rows = g.rows,
    columns = g.columns,
    windowWidth = g.windowWidth,
    stride = g.strideX,
    left = g.left,
    lines = word(args, 3) * rows,
    end = share(lines, 1, thread + 1, threads);
  for (let line = share(lines, 1, thread, threads); line < end; line++) {
    const start = (line / rows) * height;
    const y0 = startOf(line % rows, g.strideY, g.top);
    const y1 = endOf(line % rows, g.strideY, g.top, g.windowHeight, height);
    for (let column: usize = 0; column < columns; column++) {
      const x0 = startOf(column, stride, left);
      const x1 = endOf(column, stride, left, windowWidth, width);
      const count = <f64>((y1 - y0) * (x1 - x0));
      const at = output + (((line * columns + column) * channels) << 2);
      let c: usize = 0;
      for (; c + 4 <= channels; c += 4) {
        let a = f64x2.splat(0),
          b = f64x2.splat(0);
        for (let y = y0; y < y1; y++) {
          let here = images + ((((start + y) * width + x0) * channels + c) << 2);
          for (let x = x0; x < x1; x++, here += channels << 2) {
            a = f64x2.add(a, low(here));
            b = f64x2.add(b, high(here));
          }
        }
        const n = f64x2.splat(count);
        v128.store(at + (c << 2), rounded(f64x2.div(a, n), f64x2.div(b, n)));
      }
      for (; c < channels; c++) {
        let sum: f64 = 0;
        for (let y = y0; y < y1; y++) {
          let here = images + ((((start + y) * width + x0) * channels + c) << 2);
          for (let x = x0; x < x1; x++, here += channels << 2) sum += load<f32>(here);
        }
        store<f32>(at + (c << 2), <f32>(sum / count));
      }
    }
  }
}

/** Arguments: gradient, -, output gradient, samples, accumulate, windows. Shared by samples. */
export function averagePoolGradient(args: usize, thread: u32, threads: u32): void {
  const g = windowsOf(args),
    gradient = word(args, 0),
    outputGradient = word(args, 2),
    samples = word(args, 3),
    width = <usize>g.width,
    height = <usize>g.height,
    channels = g.channels,
    rows = g.rows,
    columns = g.columns,
    windowWidth = g.windowWidth,
    stride = g.strideX,
    left = g.left,
    from = share(samples, 1, thread, threads),
    to = share(samples, 1, thread + 1, threads);
  clear(gradient, from, to, height * width * channels, word(args, 4));
  for (let line = from * rows; line < to * rows; line++) {
    const start = (line / rows) * height;
    const y0 = startOf(line % rows, g.strideY, g.top);
    const y1 = endOf(line % rows, g.strideY, g.top, g.windowHeight, height);
    for (let column: usize = 0; column < columns; column++) {
      const x0 = startOf(column, stride, left);
      const x1 = endOf(column, stride, left, windowWidth, width);
      const count = <f64>((y1 - y0) * (x1 - x0));
      const at = outputGradient + (((line * columns + column) * channels) << 2);
      let c: usize = 0;
      for (; c + 4 <= channels; c += 4) {
        const p = at + (c << 2);
        const n = f64x2.splat(count);
        const a = f64x2.div(low(p), n),
          b = f64x2.div(high(p), n);
        for (let y = y0; y < y1; y++) {
          let here = gradient + ((((start + y) * width + x0) * channels + c) << 2);
          for (let x = x0; x < x1; x++, here += channels << 2) {
            v128.store(here, rounded(f64x2.add(low(here), a), f64x2.add(high(here), b)));
          }
        }
      }
      for (; c < channels; c++) {
        const part = <f64>load<f32>(at + (c << 2)) / count;
        for (let y = y0; y < y1; y++) {
          let here = gradient + ((((start + y) * width + x0) * channels + c) << 2);
          for (let x = x0; x < x1; x++, here += channels << 2) store<f32>(here, <f32>(<f64>load<f32>(here) + part));
        }
      }
    }
  }
}
