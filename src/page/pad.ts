/** A pad to draw on, or to drop a picture on: what is drawn is brought to the few pixels that the network reads. */
import type { PageData } from '../formats/page/content';
import { exact, h, prepare } from './dom';
import type { InputPanel } from './form';
import { numbersIn, readNumbers } from './inputs';
import { fitted, type Grey, pixelsOf } from './raster';

/** CSS pixels of the pad's longer side. */
const SIDE = 256;
/** Numbers that are still of use as text. */
const MOST_TEXT = 4096;

export function drawingPad(data: PageData, changed: () => void): InputPanel {
  const [height, width, channels] = data.picture!;
  const size = height * width * channels;
  const scale = SIDE / Math.max(height, width);
  const [w, high] = [Math.round(width * scale), Math.round(height * scale)];
  const pad = h('canvas', {
    class: 'pad',
    tabindex: 0,
    role: 'img',
    'aria-label': `Drawing area, ${height} by ${width}. Arrow keys move, space draws, Delete clears.`,
  });
  pad.width = w;
  pad.height = high;
  pad.style.width = `${w}px`;
  pad.style.height = `${high}px`;
  const context = pad.getContext('2d', { willReadFrequently: true })!;
  const seen = h('canvas', { role: 'img', 'aria-label': 'What the network sees' });
  const fit = h('input', { type: 'checkbox', id: 'fit', checked: true });
  const invert = h('input', { type: 'checkbox', id: 'invert' });
  const file = h('input', { type: 'file', id: 'file', accept: 'image/*' });
  const clear = h('button', { type: 'button' }, 'Clear');
  const colour = h('input', { type: 'color', id: 'colour', value: '#ffffff' });
  const status = h('p', { class: 'note', role: 'status' }, 'Draw on the black field.');
  const text = h('textarea', { id: 'pixels', rows: 4, spellcheck: 'false' });
  const bright = h('input', { type: 'text', inputmode: 'decimal', id: 'ink', value: exact(data.ink ?? 1) });
  /** In the unit of the data, as the network reads them in order. */
  let values: ArrayLike<number> = new Float64Array(size);
  let strokes = true;
  let cursor: { x: number; y: number } | undefined;

  const blank = (): void => {
    context.fillStyle = '#000';
    context.fillRect(0, 0, w, high);
    strokes = true;
  };
  const show = (): void => {
    const side = Math.max(2, Math.min(12, Math.floor(96 / Math.max(height, width))));
    const to = prepare(seen, width * side, height * side);
    const ink = Number(bright.value) || 1;
    for (let place = 0; place < height * width; place++) {
      const of = (c: number): number => {
        const level = Number(values[place * channels + Math.min(c, channels - 1)]) / ink;
        return Math.round(255 * Math.min(1, Math.max(0, level)));
      };
      to.fillStyle = `rgb(${of(0)}, ${of(1)}, ${of(2)})`;
      to.fillRect((place % width) * side, Math.floor(place / width) * side, side, side);
    }
  };
  const rasterize = (): void => {
    const ink = Number(bright.value);
    if (!Number.isFinite(ink)) return;
    const { data: rgba } = context.getImageData(0, 0, w, high);
    const drawn: Grey = { width: w, height: high, channels, values: pixelsOf(rgba, channels, invert.checked) };
    const levels = fitted(drawn, { width, height, fit: fit.checked && strokes });
    values = Float64Array.from(levels, (level) => Math.fround(level * ink));
    if (size <= MOST_TEXT) text.value = Array.from(values, exact).join(', ');
    show();
    changed();
  };

  const place = (event: PointerEvent): { x: number; y: number } => {
    const box = pad.getBoundingClientRect();
    return { x: ((event.clientX - box.left) / box.width) * w, y: ((event.clientY - box.top) / box.height) * high };
  };
  // About as thick as the strokes of the usual data sets: a fourteenth of the picture, and no less than a pixel of it.
  const pen = Math.max(SIDE / 14, scale * 1.15);
  const line = (from: { x: number; y: number }, to: { x: number; y: number }): void => {
    context.strokeStyle = channels === 1 ? '#fff' : colour.value;
    context.lineWidth = pen;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x + 0.01, to.y);
    context.stroke();
  };
  let last: { x: number; y: number } | undefined;
  pad.addEventListener('pointerdown', (event) => {
    pad.setPointerCapture(event.pointerId);
    last = place(event);
    line(last, last);
    rasterize();
  });
  pad.addEventListener('pointermove', (event) => {
    if (!last) return;
    const next = place(event);
    line(last, next);
    last = next;
    rasterize();
  });
  const end = (): void => void (last = undefined);
  pad.addEventListener('pointerup', end);
  pad.addEventListener('pointercancel', end);
  pad.addEventListener('keydown', (event) => {
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const by = moves[event.key];
    cursor ??= { x: Math.floor(width / 2), y: Math.floor(height / 2) };
    if (by) cursor = { x: within(cursor.x + by[0], width), y: within(cursor.y + by[1], height) };
    else if (event.key === ' ') {
      const at = { x: (cursor.x + 0.5) * scale, y: (cursor.y + 0.5) * scale };
      line(at, at);
      rasterize();
    } else if (event.key === 'Delete') clear.click();
    else return;
    event.preventDefault();
    status.textContent = `Row ${cursor.y + 1}, column ${cursor.x + 1}.`;
  });
  clear.addEventListener('click', () => {
    blank();
    status.textContent = '';
    rasterize();
  });
  for (const control of [fit, invert]) control.addEventListener('change', rasterize);
  bright.addEventListener('input', rasterize);
  text.addEventListener('input', () => {
    values = numbersIn(text.value);
    show();
    changed();
  });

  const take = async (picked: Blob | undefined, name: string): Promise<void> => {
    if (!picked) return;
    try {
      const picture = await createImageBitmap(picked);
      blank();
      strokes = false;
      const by = Math.min(w / picture.width, high / picture.height);
      const [pw, ph] = [picture.width * by, picture.height * by];
      context.imageSmoothingQuality = 'high';
      context.drawImage(picture, (w - pw) / 2, (high - ph) / 2, pw, ph);
      status.textContent = `${name} is shown, brought to ${height} by ${width}.`;
      rasterize();
    } catch {
      status.textContent = `${name} is no picture that this browser can read.`;
    }
  };
  file.addEventListener('change', () => void take(file.files?.[0], file.files?.[0]?.name ?? ''));
  const element = h(
    'div',
    { class: 'drawing' },
    h(
      'div',
      { class: 'pads' },
      pad,
      h('figure', {}, seen, h('figcaption', {}, `What the network sees: ${height} \u00d7 ${width}`)),
    ),
    h(
      'div',
      { class: 'row' },
      clear,
      h('label', { for: 'fit', class: 'check' }, fit, 'Centre and fit'),
      h('label', { for: 'invert', class: 'check' }, invert, 'Dark on light'),
      channels === 3 && h('label', { for: 'colour', class: 'check' }, 'Colour ', colour),
    ),
    h('div', { class: 'field' }, h('label', { for: 'file' }, 'Or a picture: choose one, or drop it here'), file),
    h(
      'details',
      {},
      h('summary', {}, 'Its numbers'),
      h('div', { class: 'field' }, h('label', { for: 'ink' }, 'The brightest is, in the data'), bright),
      size <= MOST_TEXT &&
        h('div', { class: 'field' }, h('label', { for: 'pixels' }, 'Pixels, row by row; they can be pasted'), text),
    ),
    status,
  );
  element.addEventListener('dragover', (event) => {
    event.preventDefault();
    element.classList.add('over');
  });
  element.addEventListener('dragleave', () => element.classList.remove('over'));
  element.addEventListener('drop', (event) => {
    event.preventDefault();
    element.classList.remove('over');
    const [dropped] = event.dataTransfer?.files ?? [];
    void take(dropped, dropped?.name ?? '');
  });
  blank();
  if (size <= MOST_TEXT) text.value = Array.from(values, exact).join(', ');
  show();
  return { element, read: () => readNumbers(data, values, size), mark: () => {} };
}

const within = (n: number, below: number): number => Math.min(below - 1, Math.max(0, n));
