/** Draws feature maps: a small picture a channel, bright where it is active; what is dropped is struck out in one piece. */
import { rgbOf, type Rgb } from '../look/colour';
import type { Body } from './geometry';
import type { UnitsShown } from './masks';
import { blocksOf, channelsOf, droppedAt, SILENT, strength } from './masks';
import type { Palette } from './theme';
import { cross, paintDropped, strikeOut, type Pen } from './drawing';

type Maps = Extract<Body, { type: 'maps' }>;

/** From this size on a pixel has room for a cross and for its sign. */
const LARGE = 5;

/** Where a channel's map begins, in CSS pixels. */
export const originOf = (body: Maps, channel: number): readonly [number, number] => [
  (channel % body.columns) * (body.mapWidth + body.gap),
  Math.floor(channel / body.columns) * (body.mapHeight + body.gap),
];

export function drawMaps(g: Pen, body: Maps, shown: UnitsShown | undefined, p: Palette, pointed?: number): void {
  const { mapWidth, mapHeight } = body;
  const wholly = shown?.way === 'branch' && shown.dropped === body.count;
  const frames = new Path2D();
  for (let c = 0; c < body.shown; c++) {
    const [x, y] = originOf(body, c);
    frames.rect(x - 0.5, y - 0.5, mapWidth + 1, mapHeight + 1);
  }
  g.strokeStyle = p.hollow;
  g.globalAlpha = p.contrast ? 1 : 0.6;
  g.lineWidth = 1;
  g.stroke(frames);
  g.globalAlpha = 1;
  if (shown && wholly) strikeOut(g, body.width, body.height, p);
  else if (shown) paint(g, body, shown, p);
  if (pointed !== undefined && pointed < body.count) mark(g, body, pointed, p);
}

function paint(g: Pen, body: Maps, shown: UnitsShown, p: Palette): void {
  const { mapWidth, mapHeight, pixelWidth, pixelHeight, across, down, channels } = body;
  const { whole } = channelsOf(shown, channels);
  const large = Math.min(pixelWidth, pixelHeight) >= LARGE;
  const inks = { act: rgbOf(p.act), neg: rgbOf(p.neg), drop: rgbOf(p.drop) };
  const picture = pixels(body, shown, whole, large, inks);
  g.imageSmoothingEnabled = pixelWidth < 1 || pixelHeight < 1;
  g.imageSmoothingQuality = 'high';
  const reds = new Path2D();
  const crosses = new Path2D();
  const frames = new Path2D();
  for (let c = 0; c < body.shown; c++) {
    const [x, y] = originOf(body, c);
    if (whole[c]) {
      reds.rect(x, y, mapWidth, mapHeight);
      frames.rect(x, y, mapWidth, mapHeight);
      const arm = Math.min(mapWidth, mapHeight) * 0.24;
      cross(crosses, x + mapWidth / 2 - arm, y + mapHeight / 2 - arm, 2 * arm);
      continue;
    }
    const from = [(c % body.columns) * across, Math.floor(c / body.columns) * down] as const;
    if (picture) g.drawImage(picture, from[0], from[1], across, down, x, y, mapWidth, mapHeight);
    if (!shown.mask) continue;
    if (shown.block > 1) {
      for (const [top, left, rows, columns] of blocksOf(shown, body, c)) {
        const [bx, by] = [x + left * pixelWidth, y + top * pixelHeight];
        const [bw, bh] = [columns * pixelWidth, rows * pixelHeight];
        reds.rect(bx, by, bw, bh);
        frames.rect(bx + 0.5, by + 0.5, bw - 1, bh - 1);
        const arm = Math.min(bw, bh) * 0.22;
        if (arm >= 1) cross(crosses, bx + bw / 2 - arm, by + bh / 2 - arm, 2 * arm);
      }
    } else if (large) {
      for (let i = 0; i < across * down; i++) {
        if (!droppedAt(shown, i * channels + c)) continue;
        const px = x + (i % across) * pixelWidth;
        const py = y + Math.floor(i / across) * pixelHeight;
        reds.rect(px, py, pixelWidth, pixelHeight);
        const arm = Math.min(pixelWidth, pixelHeight) * 0.26;
        cross(crosses, px + pixelWidth / 2 - arm, py + pixelHeight / 2 - arm, 2 * arm);
      }
    }
  }
  if (large) signs(g, body, shown, whole, p);
  paintDropped(g, reds, crosses, p, Math.min(mapWidth, mapHeight) >= 14 ? 1.6 : 1.1);
  g.strokeStyle = p.drop;
  g.lineWidth = 1.2;
  g.stroke(frames);
}

/** A bar in each negative pixel: the sign, not by colour alone. */
function signs(g: Pen, body: Maps, shown: UnitsShown, whole: readonly boolean[], p: Palette): void {
  const { pixelWidth, pixelHeight, across, down, channels } = body;
  g.fillStyle = p.bg;
  for (let c = 0; c < body.shown; c++) {
    if (whole[c]) continue;
    const [x, y] = originOf(body, c);
    for (let i = 0; i < across * down; i++) {
      const unit = i * channels + c;
      if (shown.values[unit] >= -SILENT || droppedAt(shown, unit)) continue;
      const py = y + (Math.floor(i / across) + 0.5) * pixelHeight - 0.5;
      g.fillRect(x + ((i % across) + 0.25) * pixelWidth, py, pixelWidth * 0.5, 1);
    }
  }
}

let scratch: HTMLCanvasElement | undefined;

/** All maps in one picture, a pixel a value, in the order they stand in. Small dropped pixels are red here already. */
function pixels(
  body: Maps,
  shown: UnitsShown,
  whole: readonly boolean[],
  large: boolean,
  { act, neg, drop }: Readonly<Record<'act' | 'neg' | 'drop', Rgb>>,
): HTMLCanvasElement | undefined {
  const { across, down, channels, columns } = body;
  scratch ??= document.createElement('canvas');
  const width = columns * across;
  const height = Math.ceil(body.shown / columns) * down;
  if (scratch.width < width) scratch.width = width;
  if (scratch.height < height) scratch.height = height;
  const g = scratch.getContext('2d');
  if (!g) return undefined;
  const image = g.createImageData(width, height);
  const put = (at: number, [red, green, blue]: Rgb, alpha: number): void => {
    image.data[at] = red;
    image.data[at + 1] = green;
    image.data[at + 2] = blue;
    image.data[at + 3] = Math.round(alpha * 255);
  };
  for (let c = 0; c < body.shown; c++) {
    if (whole[c]) continue;
    const left = (c % columns) * across;
    const top = Math.floor(c / columns) * down;
    for (let i = 0; i < across * down; i++) {
      const unit = i * channels + c;
      const at = ((top + Math.floor(i / across)) * width + left + (i % across)) * 4;
      const value = shown.values[unit];
      if (droppedAt(shown, unit)) {
        if (!large && shown.block <= 1) put(at, drop, 0.85);
      } else if (Math.abs(value) > SILENT) put(at, value > 0 ? act : neg, strength(value, shown.max));
    }
  }
  g.putImageData(image, 0, 0);
  return scratch;
}

/** The channel that is pointed at, and the pixel in it where pixels are large enough to be told apart. */
function mark(g: Pen, body: Maps, unit: number, p: Palette): void {
  const channel = unit % body.channels;
  if (channel >= body.shown) return;
  const position = Math.floor(unit / body.channels);
  const [x, y] = originOf(body, channel);
  g.strokeStyle = p.fg;
  g.lineWidth = 1.5;
  g.strokeRect(x - 1, y - 1, body.mapWidth + 2, body.mapHeight + 2);
  if (Math.min(body.pixelWidth, body.pixelHeight) < 4) return;
  g.lineWidth = 1;
  g.strokeRect(
    x + (position % body.across) * body.pixelWidth + 0.5,
    y + Math.floor(position / body.across) * body.pixelHeight + 0.5,
    body.pixelWidth - 1,
    body.pixelHeight - 1,
  );
}

/** Which value stands at a place. */
export function unitAtMap(body: Maps, x: number, y: number): number | undefined {
  const column = Math.floor(x / (body.mapWidth + body.gap));
  const row = Math.floor(y / (body.mapHeight + body.gap));
  const channel = row * body.columns + column;
  if (column < 0 || column >= body.columns || row < 0 || channel >= body.shown) return undefined;
  const [left, top] = originOf(body, channel);
  if (x - left >= body.mapWidth || y - top >= body.mapHeight) return undefined;
  const across = Math.min(body.across - 1, Math.floor((x - left) / body.pixelWidth));
  const down = Math.min(body.down - 1, Math.floor((y - top) / body.pixelHeight));
  return (down * body.across + across) * body.channels + channel;
}
