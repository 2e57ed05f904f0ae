/** Which part of the data a panel looks at. */
import type { Part } from '../../src/protocol/training';
import { useApp, useStore } from '../store/use';
import { Segmented } from '../ui/Segmented';

export const partNames: Readonly<Record<Part, string>> = {
  train: 'Training',
  validation: 'Validation',
  test: 'Test',
};

/** The part chosen, where this run has it; the test samples are kept unseen until the run has ended. */
export function usePart(): { readonly part: Part; readonly parts: readonly Part[] } {
  const data = useApp((s) => s.session.data);
  const ended = useApp((s) => s.session.end !== undefined);
  const chosen = useApp((s) => s.part);
  const parts: Part[] = ['train'];
  if ((data?.validation ?? 0) > 0) parts.push('validation');
  if ((data?.test ?? 0) > 0 && ended) parts.push('test');
  const usual = parts.includes('validation') ? 'validation' : 'train';
  return { parts, part: chosen && parts.includes(chosen) ? chosen : usual };
}

export function PartChoice() {
  const store = useStore();
  const { part, parts } = usePart();
  if (parts.length < 2) return null;
  return (
    <Segmented<Part>
      small
      label="Samples"
      value={part}
      options={parts.map((p) => ({ value: p, label: partNames[p] }))}
      onChange={(next) => store.patch({ part: next })}
      testId="part"
    />
  );
}
