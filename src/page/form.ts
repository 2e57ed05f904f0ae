/** Fields for the columns of a table, or a list of numbers where the inputs have no names. */
import type { StoredColumn } from '../engine/preparation';
import type { FieldRange, PageData } from '../formats/page/content';
import { h, short } from './dom';
import { numbersIn, partsOf, type Read, readNumbers, readRow } from './inputs';

/** Where inputs come from. */
export interface InputPanel {
  readonly element: HTMLElement;
  read(): Read;
  /** Marks what is wrong; undefined: nothing is. */
  mark(column: string | undefined): void;
}

export function tableForm(columns: readonly StoredColumn[], { ranges }: PageData, changed: () => void): InputPanel {
  const status = h('p', { class: 'note', role: 'status' });
  const fields = columns.map((column, i) => fieldOf(column, i, ranges[column.name], changed));
  const form = h('form', { class: 'fields', autocomplete: 'off' }, ...fields.map(({ element }) => element));
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('paste', (event) => {
    const from = fields.findIndex(({ control }) => control === event.target);
    const parts = partsOf(event.clipboardData?.getData('text') ?? '');
    if (from < 0 || parts.length < 2) return;
    event.preventDefault();
    const fitting = parts.slice(0, fields.length - from);
    fitting.forEach((part, k) => fields[from + k].set(part));
    const left = parts.length - fitting.length;
    status.textContent = `${fitting.length} values pasted${left > 0 ? `; the last ${left} had no field` : ''}.`;
    changed();
  });
  return {
    element: h(
      'div',
      {},
      form,
      fields.length > 1 && h('p', { class: 'note' }, 'A row of a table can be pasted into its first field.'),
      status,
    ),
    read: () =>
      readRow(
        columns,
        fields.map(({ control }) => control.value),
      ),
    mark: (column) =>
      columns.forEach(({ name }, i) => {
        if (name === column) fields[i].control.setAttribute('aria-invalid', 'true');
        else fields[i].control.removeAttribute('aria-invalid');
      }),
  };
}

interface Field {
  readonly element: HTMLElement;
  readonly control: HTMLInputElement | HTMLSelectElement;
  set(text: string): void;
}

function fieldOf(column: StoredColumn, i: number, range: FieldRange | undefined, changed: () => void): Field {
  const id = `field-${i}`;
  const label = h('label', { for: id, title: column.name }, column.name);
  if (column.type === 'number') return numberField(column.name, id, label, range, column.fill === undefined, changed);
  const select = h(
    'select',
    { id, 'data-column': column.name },
    ...(column.missing ? [h('option', { value: '' }, 'none')] : []),
    ...column.values.map((value) => h('option', { value }, value)),
  );
  select.addEventListener('change', changed);
  const set = (text: string): void => {
    // A value that training never saw stands there all the same, to be refused in words.
    if (![...select.options].some(({ value }) => value === text)) select.append(h('option', { value: text }, text));
    select.value = text;
  };
  return { element: h('div', { class: 'field' }, label, select), control: select, set };
}

/** A field and a slider: as far as training went, for what lies beyond is guessed. */
function numberField(
  name: string,
  id: string,
  label: HTMLElement,
  range: FieldRange | undefined,
  required: boolean,
  changed: () => void,
): Field {
  const input = h('input', {
    id,
    type: 'text',
    inputmode: 'decimal',
    value: short(range?.start ?? 0).replace('\u2212', '-'),
    'data-column': name,
    placeholder: required ? undefined : 'missing',
  });
  const usable = range !== undefined && range.high > range.low;
  const slider =
    usable &&
    h('input', {
      type: 'range',
      min: range.low,
      max: range.high,
      step: (range.high - range.low) / 200,
      value: range.start,
      'aria-label': `${name}, by slider`,
    });
  const follow = (): void => void (slider && (slider.value = input.value));
  input.addEventListener('input', () => {
    follow();
    changed();
  });
  if (slider)
    slider.addEventListener('input', () => {
      input.value = String(Number(Number(slider.value).toPrecision(4)));
      changed();
    });
  return {
    element: h('div', { class: 'field' }, label, input, slider),
    control: input,
    set: (text) => {
      input.value = text;
      follow();
    },
  };
}

/** Numbers in a list, where they have neither names nor the shape of a picture. */
export function numberList(data: PageData, size: number, changed: () => void): InputPanel {
  const area = h('textarea', { id: 'numbers', rows: 6, spellcheck: 'false' });
  area.value = new Array<string>(size).fill('0').join(', ');
  area.addEventListener('input', changed);
  return {
    element: h(
      'div',
      { class: 'field' },
      h('label', { for: 'numbers' }, `${size} numbers, in the unit of the data`),
      area,
    ),
    read: () => readNumbers(data, numbersIn(area.value), size),
    mark: () => {},
  };
}
