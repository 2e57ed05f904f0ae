/** What the next run begins with, and what is trained beside it: the seed, and the twin. */
import { trainingParameters } from '../../src/model/sections';
import { readField, showValue } from '../inspector/form';
import { useApp, useStore } from '../store/use';
import { Checkbox, IconButton, TextField } from '../ui/controls';
import { Drawn } from '../ui/icons';

export function Seed() {
  const store = useStore();
  const seed = useApp((s) => s.snapshot?.model?.training?.seed);
  const editable = useApp((s) => s.snapshot?.editable === true && s.snapshot.current);
  if (seed === undefined) return null;
  const spec = trainingParameters.seed;
  const set = (value: number): void => void store.edit({ type: 'setValue', path: ['training', 'seed'], value });
  const commit = (text: string): void => {
    const read = readField(text, spec);
    if (read === 'unset') return;
    if ('error' in read) store.patch({ message: { text: `The seed: ${read.error}` } });
    else if (typeof read.value === 'number' && read.value !== seed) set(read.value);
  };
  const dice = (): void => {
    // Small enough to be told to somebody; never the one that is there.
    let next = seed;
    while (next === seed) next = Math.floor(Math.random() * 10_000);
    set(next);
  };
  return (
    <span className="seed">
      <span aria-hidden="true">Seed</span>
      <TextField label="Seed" value={showValue(seed, spec)} disabled={!editable} onCommit={commit} testId="seed" />
      <IconButton label="Another seed" disabled={!editable} className="dense" testId="dice" onPress={dice}>
        <Drawn name="dice" />
      </IconButton>
    </span>
  );
}

export function TwinChoice() {
  const store = useStore();
  const wanted = useApp((s) => s.session.twinWanted === true);
  const drops = useApp((s) => {
    const kinds = s.catalogue?.layers;
    return (
      s.snapshot?.model?.layers.some((l) => kinds?.some((k) => k.kind === l.kind && k.group === 'Dropout')) === true
    );
  });
  if (!drops && !wanted) return null;
  return (
    <span className="twin-choice">
      <Checkbox label="Twin without dropout" checked={wanted} onChange={store.setTwin} testId="twin" />
    </span>
  );
}
