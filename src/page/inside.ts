/** The layers as they are in one pass, and the rates of those that drop. */
import { coloursOf, h, short } from './dom';
import type { LayerLook, Runner } from './runner';
import { countsOf, drawUnits } from './units';

export interface InsideView {
  readonly element: HTMLElement;
  /** @param isOn whether dropout is */
  show(looks: readonly LayerLook[], isOn: boolean): void;
}

interface Row {
  readonly canvas: HTMLCanvasElement;
  readonly told: HTMLElement;
}

export function insideOf(runner: Runner, changed: () => void): InsideView {
  const rows = new Map<string, Row>();
  const box = h('div', { class: 'layers' });
  const make = (look: LayerLook): Row => {
    const canvas = h('canvas', { role: 'img' });
    const told = h('p', { class: 'told' });
    const rate = runner.rates.find(({ id }) => id === look.drop);
    const drop = look.drop !== undefined && look.drop !== look.id ? ` + ${look.drop}` : '';
    box.append(
      h(
        'section',
        { class: 'layer', 'data-layer': look.id },
        h('h3', {}, `${look.id}${drop}`, h('span', { class: 'meta' }, ` ${look.kind}, ${look.shape.join(' \u00d7 ')}`)),
        canvas,
        told,
        rate && slider(runner, rate, changed),
      ),
    );
    const made = { canvas, told };
    rows.set(look.id, made);
    return made;
  };
  let last: { looks: readonly LayerLook[]; isOn: boolean } | undefined;
  const show = (looks: readonly LayerLook[], isOn: boolean): void => {
    last = { looks, isOn };
    const colours = coloursOf();
    const width = Math.max(120, box.clientWidth - 2);
    for (const look of looks) {
      const { canvas, told } = rows.get(look.id) ?? make(look);
      drawUnits(canvas, look, width, colours);
      const text = wordsOf(look, runner, isOn);
      told.textContent = text;
      canvas.setAttribute('aria-label', `${look.id}: ${text}`);
    }
  };
  const again = (): void => void (last && show(last.looks, last.isOn));
  window.addEventListener('resize', again);
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
  return { element: box, show };
}

/** "62 of 128 dropped, 20 active, 46 silent; survivors × 2" */
function wordsOf(look: LayerLook, runner: Runner, isOn: boolean): string {
  const { units, dropped, active } = countsOf(look);
  const counted = `${active} active, ${units - dropped - active} silent`;
  if (!isOn || look.drop === undefined) return `${counted}${look.drop !== undefined ? '; nothing is dropped' : ''}`;
  if (look.connections) return `${look.connections.dropped} of ${look.connections.of} connections dropped; ${counted}`;
  if (!look.mask) return `noise on every unit; ${counted}`;
  const rate = runner.network.layer(look.drop).runtime.dropping!.rate;
  const survivors = rate > 0 && rate < 1 ? `; survivors \u00d7 ${short(Math.round(100 / (1 - rate)) / 100)}` : '';
  // Only where survivors are scaled so.
  return `${dropped} of ${units} dropped, ${counted}${['dropout', 'spatialDropout', 'stochasticDepth'].includes(runner.network.layer(look.drop).kind) ? survivors : ''}`;
}

/** The rate from now on, in this page alone. */
function slider(runner: Runner, { id, kind, rate }: Runner['rates'][number], changed: () => void): HTMLElement {
  const spec = runner.network.plan.layers.find((l) => l.layer.id === id)!.definition.parameters;
  const isNoise = !('rate' in spec);
  if (isNoise) return h('p', { class: 'told' }, `${id}: ${kind}`);
  const name = `rate-${id}`;
  const input = h('input', { type: 'range', id: name, min: 0, max: 0.95, step: 0.01, value: rate });
  const value = h('output', { for: name }, String(rate));
  const back = h('button', { type: 'button', 'aria-label': `trained: ${rate}, set ${id} back` }, `trained: ${rate}`);
  const set = (to: number): void => {
    runner.network.setRate(id, to);
    value.textContent = String(to);
    input.setAttribute('aria-valuetext', `${to}, drops about ${Math.round(100 * to)} of 100`);
    back.disabled = to === rate;
    changed();
  };
  input.addEventListener('input', () => set(Number(input.value)));
  back.addEventListener('click', () => {
    input.value = String(rate);
    set(rate);
  });
  back.disabled = true;
  return h('div', { class: 'rate' }, h('label', { for: name }, `Rate of ${id}`), input, value, back);
}
