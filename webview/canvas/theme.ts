/** Colours for what is drawn on canvas elements: read from the page's own aliases, again whenever the theme changes. */
import { useSyncExternalStore } from 'react';

const NAMES = [
  'fg',
  'dim',
  'bg',
  'side',
  'drop',
  'act',
  'neg',
  'val',
  'off',
  'on',
  'ok',
  'axis',
  'hair',
  'grid',
  'hollow',
  'line',
] as const;
export type Palette = Readonly<Record<(typeof NAMES)[number], string>> & {
  readonly contrast: boolean;
  readonly font: string;
};

function read(): Palette {
  const probe = document.createElement('i');
  document.body.append(probe);
  const colours = Object.fromEntries(
    NAMES.map((name) => {
      probe.style.color = `var(--${name})`;
      return [name, getComputedStyle(probe).color];
    }),
  );
  probe.remove();
  return {
    ...(colours as Record<(typeof NAMES)[number], string>),
    contrast: document.body.classList.contains('vscode-high-contrast'),
    font: getComputedStyle(document.body).fontFamily,
  };
}

let palette: Palette | undefined;
const listeners = new Set<() => void>();
let watching = false;

function watch(): void {
  if (watching) return;
  watching = true;
  let asked = 0;
  const changed = (): void => {
    // VS Code sets a class, an attribute and a hundred properties one after the other: read once, after all of them.
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(() => {
      palette = read();
      listeners.forEach((l) => l());
    });
  };
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
}

const subscribe = (listener: () => void): (() => void) => {
  watch();
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const usePalette = (): Palette => useSyncExternalStore(subscribe, () => (palette ??= read()));

/** Prepares a canvas of `width` by `height` CSS pixels for sharp drawing at `scale` device pixels each. */
export function prepare(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  scale: number,
): CanvasRenderingContext2D | null {
  const w = Math.max(1, Math.round(width * scale));
  const h = Math.max(1, Math.round(height * scale));
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const g = canvas.getContext('2d');
  g?.setTransform(scale, 0, 0, scale, 0, 0);
  g?.clearRect(0, 0, width, height);
  return g;
}
