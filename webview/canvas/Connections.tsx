/** Which connections a sample goes without: the kernel as a small matrix, what is dropped in red, and each unit's share below. */
import { useEffect, useRef } from 'react';
import { useStore as useFlow } from '@xyflow/react';
import type { ConnectionMask } from '../../src/protocol/training';
import { isDropped } from '../../src/protocol/training';
import { useSight } from '../store/use';
import { rgbOf } from '../look/colour';
import * as words from '../words';
import { connectionsOf } from './dropped';
import { MATRIX } from './geometry';
import type { GraphNode } from './graph';
import { prepare, usePalette, type Palette } from './theme';

export function Connections({
  node,
  width,
  live,
}: {
  readonly node: GraphNode;
  readonly width: number;
  readonly live: boolean;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  const mask = connectionsOf(node.id, useSight(live));
  const zoom = useFlow((s) => Math.max(1, Math.ceil(s.transform[2] * 2) / 2));
  const height = MATRIX.height + MATRIX.gap + MATRIX.bars;

  useEffect(() => {
    if (!canvas.current) return;
    const g = prepare(canvas.current, width, height, (window.devicePixelRatio || 1) * zoom);
    if (g) drawConnections(g, mask, width, palette);
  });

  const all = mask && mask.features * mask.units;
  return (
    <div
      className="connections"
      role="img"
      data-connections={node.id}
      data-dropped={mask?.dropped}
      aria-label={
        mask
          ? `Connections of ${node.id}: ${words.count(mask.dropped)} of ${words.count(all!)} dropped, ${spread(mask)} of each unit’s ${words.count(mask.features)}`
          : `Connections of ${node.id}, values that come in down, units across`
      }
      title="Values that come in down, units across; bars: the share dropped of each unit’s connections"
    >
      <canvas ref={canvas} aria-hidden="true" />
    </div>
  );
}

function spread({ perUnit }: ConnectionMask): string {
  const least = perUnit.reduce((a, b) => Math.min(a, b), Infinity);
  const most = perUnit.reduce((a, b) => Math.max(a, b), 0);
  return least === most ? words.count(most) : `${words.count(least)} to ${words.count(most)}`;
}

function drawConnections(
  g: CanvasRenderingContext2D,
  mask: ConnectionMask | undefined,
  width: number,
  p: Palette,
): void {
  g.strokeStyle = p.hollow;
  g.lineWidth = 1;
  g.strokeRect(0.5, 0.5, width - 1, MATRIX.height - 1);
  const top = MATRIX.height + MATRIX.gap;
  if (!mask) return;
  const matrix = matrixOf(mask, p);
  if (matrix) {
    g.imageSmoothingEnabled = matrix.width > width - 2 || matrix.height > MATRIX.height - 2;
    g.imageSmoothingQuality = 'high';
    g.drawImage(matrix, 1, 1, width - 2, MATRIX.height - 2);
  }
  // A bar for each unit, or the mean of neighbours where there are more than fit.
  const bars = Math.min(mask.units, Math.floor((width - 2) / 2));
  const step = (width - 2) / bars;
  g.fillStyle = p.drop;
  for (let b = 0; b < bars; b++) {
    const [from, to] = [Math.floor((b * mask.units) / bars), Math.floor(((b + 1) * mask.units) / bars)];
    let sum = 0;
    for (let u = from; u < to; u++) sum += mask.perUnit[u];
    const high = (MATRIX.bars * sum) / ((to - from) * mask.features);
    g.fillRect(1 + b * step, top + MATRIX.bars - high, Math.max(1, step - (step > 3 ? 1 : 0.5)), high);
  }
  // What the rate expects.
  const expected = top + MATRIX.bars * (1 - mask.rate);
  g.strokeStyle = p.fg;
  g.setLineDash([3, 2]);
  g.beginPath();
  g.moveTo(0, expected);
  g.lineTo(width, expected);
  g.stroke();
  g.setLineDash([]);
}

/** A pixel a connection, or a block of them where there are many: the redder, the more are dropped. */
function matrixOf(mask: ConnectionMask, p: Palette): HTMLCanvasElement | undefined {
  const { bits, blocks } = mask;
  const [rows, columns] = blocks ? [blocks.rows, blocks.columns] : [mask.features, mask.units];
  const canvas = document.createElement('canvas');
  canvas.width = columns;
  canvas.height = rows;
  const g = canvas.getContext('2d');
  if (!g) return undefined;
  const image = g.createImageData(columns, rows);
  const [red, green, blue] = rgbOf(p.drop);
  for (let i = 0; i < rows * columns; i++) {
    const share = blocks ? blocks.shares[i] : bits && isDropped(bits, i) ? 1 : 0;
    image.data.set([red, green, blue, Math.round(share * 255)], i * 4);
  }
  g.putImageData(image, 0, 0);
  return canvas;
}
