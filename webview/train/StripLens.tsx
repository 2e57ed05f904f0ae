/** The magnifier of the strip: the cells around the one that is pointed at, and what became of it. Seen only: the grid says the same. */
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { prepare, usePalette } from '../canvas/theme';
import { drawLens, lensSize, type StripPicture } from './stripDrawing';

const GAP = 10;
const MARGIN = 6;

export function StripLens(props: {
  readonly picture: StripPicture;
  readonly row: number;
  readonly place: number;
  /** What it magnifies, and where on it the cell is: its middle, its upper edge, its height. */
  readonly near: RefObject<HTMLCanvasElement | null>;
  readonly x: number;
  readonly y: number;
  readonly rowHeight: number;
  readonly title: string;
  readonly text: string;
}) {
  const { picture, row, place, near, x, y, rowHeight } = props;
  const palette = usePalette();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [at, setAt] = useState({ left: 0, top: 0 });
  useEffect(() => {
    const g = canvas.current && prepare(canvas.current, lensSize.width, lensSize.height, window.devicePixelRatio || 1);
    if (g) drawLens(g, picture, row, place, palette);
  });
  // Above the row, or below it where there is no room.
  useLayoutEffect(() => {
    const strip = near.current?.getBoundingClientRect();
    const own = box.current?.getBoundingClientRect();
    if (!strip || !own) return;
    const above = strip.top + y - GAP - own.height;
    const left = Math.max(MARGIN, Math.min(strip.left + x - own.width / 2, window.innerWidth - own.width - MARGIN));
    setAt({ left, top: above >= MARGIN ? above : strip.top + y + rowHeight + GAP });
  }, [near, x, y, rowHeight, props.text]);
  return (
    <div className="strip-lens" ref={box} style={at} aria-hidden="true" data-testid="strip-lens">
      <canvas ref={canvas} />
      <b>{props.title}</b>
      <span>{props.text}</span>
    </div>
  );
}
