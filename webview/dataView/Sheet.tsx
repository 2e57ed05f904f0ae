/** Training pictures class by class, as they are or as a step may see them. */
import { useEffect, useRef, useState } from 'react';
import type { PictureSheet, TargetView } from '../../src/model/dataView';
import { prepare, usePalette, type Palette } from '../canvas/theme';
import { useApp, useStore } from '../store/use';
import { Segmented } from '../ui/Segmented';
import * as words from '../words';
import { cell, targetText } from './format';

/** Pixels between two pictures. */
const GAP = 4;
/** What the side of a picture comes to, at least. */
const SIDE = 36;

interface Group {
  readonly name: string;
  /** Places in the sheet. */
  readonly pictures: readonly number[];
}

function groupsOf(sheet: PictureSheet, target: TargetView): Group[] {
  const places = [...sheet.rows.keys()];
  if (target.type === 'numbers') {
    const [low, high] = [sheet.targets[0], sheet.targets[sheet.targets.length - 1]];
    return [{ name: `${target.columns[0].name}, ${cell(low)} to ${cell(high)}`, pictures: places }];
  }
  return target.names.map((name, c) => ({ name, pictures: places.filter((i) => sheet.targets[i] === c) }));
}

type Draw = 'none' | '0' | '1' | '2' | '3';

export function Sheet({
  sheet,
  target,
  total,
}: {
  readonly sheet: PictureSheet;
  readonly target: TargetView;
  readonly total: number;
}) {
  const store = useStore();
  const takes = useApp(
    (s) => s.catalogue?.sources.find((k) => k.kind === s.snapshot?.model?.data?.kind)?.parameters.augment,
  );
  const [draw, setDraw] = useState<Draw>('none');
  const drawn = draw === 'none' ? undefined : sheet.draws.at(Number(draw));
  const { height, width, reduced } = sheet;
  return (
    <div className="data-sheet" data-testid="data-sheet">
      <div className="sheet-head">
        <p className="data-note">
          {words.count(sheet.rows.length)} of {words.plural(total, 'training picture')}, {height} × {width} pixels
          {reduced > 1 && `, each side made ${reduced} times smaller`}.
        </p>
        {sheet.draws.length > 0 ? (
          <Segmented<Draw>
            label="Augmentation"
            value={draw}
            small
            testId="data-draw"
            options={[
              { value: 'none', label: 'As they are' },
              ...sheet.draws.map((_, i) => ({ value: String(i) as Draw, label: `Augmented ${i + 1}` })),
            ]}
            onChange={setDraw}
          />
        ) : (
          takes && (
            <button type="button" className="fix" onClick={() => store.patch({ tab: 'data' })}>
              Nothing is augmented: see Augment under Data
            </button>
          )
        )}
      </div>
      {groupsOf(sheet, target).map((group) => (
        <Pictures key={group.name} group={group} sheet={sheet} pixels={drawn ?? sheet.pixels} target={target} />
      ))}
    </div>
  );
}

interface PicturesProps {
  readonly group: Group;
  readonly sheet: PictureSheet;
  readonly pixels: Uint8Array;
  readonly target: TargetView;
}

function Pictures({ group: { name, pictures }, sheet, pixels, target }: PicturesProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const palette = usePalette();
  const [room, setRoom] = useState(600);
  const [at, point] = useState<number>();
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setRoom(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const scale = Math.max(1, Math.ceil(SIDE / Math.max(sheet.height, sheet.width)));
  const [w, h] = [sheet.width * scale, sheet.height * scale];
  const columns = Math.max(1, Math.floor((room + GAP) / (w + GAP)));
  const lines = Math.ceil(pictures.length / columns);
  useEffect(() => {
    if (!canvas.current || pictures.length === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const g = prepare(canvas.current, columns * (w + GAP), lines * (h + GAP), ratio);
    if (g) draw(g, pictures, sheet, pixels, { columns, w, h }, palette);
  });
  const anew = pictures.filter((i) => sheet.targets[i] !== sheet.given[i]);
  const told = (i: number): string =>
    `row ${words.count(sheet.rows[i] + 1)}${sheet.targets[i] === sheet.given[i] ? '' : `, was ${targetText(sheet.given[i], target)}`}`;
  return (
    <section className="sheet-group" data-class={name}>
      <h2>
        {name} <span className="weak">{at === undefined ? words.plural(pictures.length, 'picture') : told(at)}</span>
      </h2>
      <div ref={box}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={`${words.plural(pictures.length, 'training picture')} of ${name}`}
          onMouseMove={({ nativeEvent: { offsetX, offsetY } }) => {
            const column = Math.floor(offsetX / (w + GAP));
            point(column < columns ? pictures[Math.floor(offsetY / (h + GAP)) * columns + column] : undefined);
          }}
          onMouseLeave={() => point(undefined)}
        />
      </div>
      {anew.length > 0 && (
        <p className="data-note">
          <span className="key-anew" /> Drawn anew: {anew.map(told).join('; ')}.
        </p>
      )}
    </section>
  );
}

interface Grid {
  readonly columns: number;
  readonly w: number;
  readonly h: number;
}

/** Pixels as squares: a picture that is smoothed is not the one that trains. */
function draw(
  g: CanvasRenderingContext2D,
  pictures: readonly number[],
  sheet: PictureSheet,
  pixels: Uint8Array,
  { columns, w, h }: Grid,
  palette: Palette,
): void {
  const { width, height, channels } = sheet;
  const own = document.createElement('canvas');
  own.width = width;
  own.height = height;
  const picture = own.getContext('2d');
  if (!picture) return;
  const image = picture.createImageData(width, height);
  g.imageSmoothingEnabled = false;
  pictures.forEach((place, k) => {
    const from = place * width * height * channels;
    for (let i = 0; i < width * height; i++) {
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = pixels[from + i * channels + (channels === 3 ? c : 0)];
      image.data[4 * i + 3] = 255;
    }
    picture.putImageData(image, 0, 0);
    const x = (k % columns) * (w + GAP) + 1;
    const y = Math.floor(k / columns) * (h + GAP) + 1;
    g.drawImage(own, x, y, w, h);
    if (sheet.targets[place] === sheet.given[place]) return;
    // An outline and a corner: to be told apart without its colour.
    g.strokeStyle = palette.neg;
    g.lineWidth = 2;
    g.strokeRect(x, y, w, h);
    g.fillStyle = palette.neg;
    g.beginPath();
    g.moveTo(x + w - 10, y);
    g.lineTo(x + w, y);
    g.lineTo(x + w, y + 10);
    g.fill();
  });
}
