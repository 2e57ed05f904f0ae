/** Elements, made of texts alone: nothing that came from a file is ever read as HTML. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Child = Node | string | undefined | false;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  element.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return element;
}

/** @throws Error where the page has no such element */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element "${id}": the file is damaged.`);
  return found;
}

/** A canvas at the screen's own fineness, cleared. @param width @param height in CSS pixels */
export function prepare(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

export type Colours = Readonly<Record<'fg' | 'bg' | 'drop' | 'act' | 'neg' | 'hollow', string>>;

/** The page's colours as they are now: they follow the system. */
export function coloursOf(): Colours {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    fg: read('fg'),
    bg: read('bg'),
    drop: read('drop'),
    act: read('act'),
    neg: read('neg'),
    hollow: read('hollow'),
  };
}

/** Numbers as the page shows them. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
export const short = (n: number): string => String(Number(n.toPrecision(4))).replace('-', '\u2212');
/** All that a float32 can tell, as `netjson predict` writes it. */
export const exact = (n: number): string => String(Number(n.toPrecision(9)));
