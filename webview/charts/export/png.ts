/** The picture of a chart in pixels: exactly the SVG, twice as fine. */
import { heightOf, WIDTH } from '../../../src/charts/svg';

const SCALE = 2;

/** @throws Error where the page cannot draw it */
export async function pngOf(svg: string, rows: number): Promise<Uint8Array> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH * SCALE;
  canvas.height = heightOf(rows) * SCALE;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('This picture cannot be drawn here. Save it as SVG.');
  return new Uint8Array(await blob.arrayBuffer());
}
