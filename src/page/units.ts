/** Units of a layer as cells: blue by how active, yellow where negative, hollow where silent, red and crossed where dropped. */
import { type Colours, prepare } from './dom';
import type { LayerLook } from './runner';

/** Cells, or maps, that are drawn; of more, the first. */
const MOST_CELLS = 4096;
const MOST_MAPS = 64;

export interface Counts {
  readonly units: number;
  readonly dropped: number;
  readonly active: number;
}

export function countsOf({ values, mask }: LayerLook): Counts {
  let [dropped, active] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (mask?.[i]) dropped++;
    else if (values[i] !== 0) active++;
  }
  return { units: values.length, dropped, active };
}

/** @param width CSS pixels there are */
export function drawUnits(canvas: HTMLCanvasElement, look: LayerLook, width: number, colours: Colours): void {
  const { shape, values } = look;
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  if (shape.length === 3 && shape[0] * shape[1] > 1) drawMaps(canvas, look, width, colours, largest || 1);
  else drawCells(canvas, look, width, colours, largest || 1);
}

function drawCells(
  canvas: HTMLCanvasElement,
  { values, mask }: LayerLook,
  width: number,
  colours: Colours,
  largest: number,
): void {
  const count = Math.min(values.length, MOST_CELLS);
  const size = count <= 12 ? 26 : count <= 48 ? 18 : count <= 160 ? 14 : count <= 640 ? 10 : 7;
  const columns = Math.max(1, Math.min(count, Math.floor(width / size)));
  const context = prepare(canvas, columns * size, Math.ceil(count / columns) * size);
  for (let i = 0; i < count; i++) {
    const x = (i % columns) * size;
    const y = Math.floor(i / columns) * size;
    cell(context, x + 0.5, y + 0.5, size - (size > 8 ? 2 : 1), values[i] / largest, mask?.[i] === 1, colours);
  }
}

function cell(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  side: number,
  value: number,
  dropped: boolean,
  { drop, act, neg, hollow }: Colours,
): void {
  if (dropped) {
    context.globalAlpha = 0.15;
    context.fillStyle = drop;
    context.fillRect(x, y, side, side);
    context.globalAlpha = 1;
    cross(context, x, y, side, side, drop);
    return;
  }
  if (value === 0) {
    context.strokeStyle = hollow;
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
    return;
  }
  // As the designer draws them: even what is least active is seen.
  context.globalAlpha = 0.26 + 0.74 * Math.abs(value) ** 0.75;
  context.fillStyle = value < 0 ? neg : act;
  context.fillRect(x, y, side, side);
  context.globalAlpha = 1;
}

function cross(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  colour: string,
): void {
  const inset = Math.min(width, height) * 0.22;
  context.strokeStyle = colour;
  context.lineWidth = Math.max(1, Math.min(width, height) / 8);
  context.beginPath();
  context.moveTo(x + inset, y + inset);
  context.lineTo(x + width - inset, y + height - inset);
  context.moveTo(x + width - inset, y + inset);
  context.lineTo(x + inset, y + height - inset);
  context.stroke();
}

/** Channels as pictures beside each other; whole ones that are dropped are struck out as one. */
function drawMaps(
  canvas: HTMLCanvasElement,
  { shape: [height, wide, channels], values, mask }: LayerLook,
  width: number,
  colours: Colours,
  largest: number,
): void {
  const count = Math.min(channels, MOST_MAPS);
  const scale = Math.max(1, Math.min(10, Math.floor(44 / Math.max(height, wide))));
  const [w, high] = [wide * scale, height * scale];
  const columns = Math.max(1, Math.min(count, Math.floor(width / (w + 4))));
  const context = prepare(canvas, columns * (w + 4), Math.ceil(count / columns) * (high + 4));
  for (let channel = 0; channel < count; channel++) {
    const x = (channel % columns) * (w + 4);
    const y = Math.floor(channel / columns) * (high + 4);
    let dropped = 0;
    for (let place = 0; place < height * wide; place++) dropped += mask?.[place * channels + channel] ?? 0;
    if (dropped === height * wide) {
      context.globalAlpha = 0.15;
      context.fillStyle = colours.drop;
      context.fillRect(x, y, w, high);
      context.globalAlpha = 1;
      cross(context, x, y, w, high, colours.drop);
      continue;
    }
    for (let place = 0; place < height * wide; place++) {
      const value = values[place * channels + channel] / largest;
      const isDropped = mask?.[place * channels + channel] === 1;
      context.globalAlpha = isDropped ? 0.75 : Math.abs(value) ** 0.75;
      context.fillStyle = isDropped ? colours.drop : value < 0 ? colours.neg : colours.act;
      context.fillRect(x + (place % wide) * scale, y + Math.floor(place / wide) * scale, scale, scale);
    }
    context.globalAlpha = 1;
    context.strokeStyle = colours.hollow;
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y + 0.5, w - 1, high - 1);
  }
}
