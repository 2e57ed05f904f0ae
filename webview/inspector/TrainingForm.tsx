/** Optimizer, loss, batch size, epochs, seed: values below `training` in the file. */
import type { Json } from '../../src/model/json';
import type { Configured } from '../../src/model/model';
import { trainingParameters } from '../../src/model/sections';
import type { ParameterSpec } from '../../src/model/spec';
import type { KindDescription } from '../../src/protocol/designer';
import { useApp, useStore } from '../store/use';
import { Button, Dropdown } from '../ui/controls';
import { Prose } from '../ui/Prose';
import { Field } from './Field';

export function TrainingForm({ disabled }: { readonly disabled: boolean }) {
  const store = useStore();
  const training = useApp((s) => s.snapshot?.model?.training);
  const catalogue = useApp((s) => s.catalogue);
  const numbers = useApp((s) => s.snapshot?.data?.classes.length === 0);
  const present = useApp((s) => s.snapshot?.model !== undefined);
  const set = (path: readonly string[], value: Json | undefined) =>
    store.edit({ type: 'setValue', path: ['training', ...path], value });

  if (!training) {
    const wanted = numbers ? 'meanSquaredError' : 'crossentropy';
    const loss = (catalogue?.losses.find((l) => l.kind === wanted) ?? catalogue?.losses[0])?.kind;
    const optimizer = catalogue?.optimizers.find((o) => o.kind === 'adam') ?? catalogue?.optimizers[0];
    return (
      <div className="form">
        <p className="hint">This network can be drawn, but not trained: it says nothing of its training yet.</p>
        <Button
          primary
          disabled={disabled || !present || !loss || !optimizer}
          onPress={() =>
            loss &&
            optimizer &&
            void set([], {
              loss,
              optimizer: { kind: optimizer.kind, ...optimizer.example },
              batchSize: 32,
              epochs: 100,
              seed: 1,
            })
          }
        >
          Add training
        </Button>
      </div>
    );
  }
  return (
    <div className="form">
      <Reference
        name="optimizer"
        title="Optimizer"
        value={training.optimizer}
        kinds={catalogue?.optimizers ?? []}
        disabled={disabled}
        set={set}
      />
      <Reference
        name="loss"
        title="Loss"
        value={training.loss}
        kinds={catalogue?.losses ?? []}
        disabled={disabled}
        set={set}
      />
      <div className="pair">
        <Field
          name="batchSize"
          spec={trainingParameters.batchSize}
          value={training.batchSize}
          disabled={disabled}
          onCommit={(v) => set(['batchSize'], v)}
        />
        <Field
          name="epochs"
          spec={trainingParameters.epochs}
          value={training.epochs}
          disabled={disabled}
          onCommit={(v) => set(['epochs'], v)}
        />
      </div>
      <Field
        name="seed"
        spec={trainingParameters.seed}
        value={training.seed}
        disabled={disabled}
        onCommit={(v) => set(['seed'], v)}
      />
    </div>
  );
}

interface ReferenceProps {
  readonly name: string;
  readonly title: string;
  readonly value: Configured;
  readonly kinds: readonly KindDescription[];
  readonly disabled: boolean;
  readonly set: (path: readonly string[], value: Json | undefined) => Promise<boolean>;
}

/** A choice among kinds, with the parameters of the one that is chosen. */
function Reference({ name, title, value, kinds, disabled, set }: ReferenceProps) {
  const kind = kinds.find((k) => k.kind === value.kind);
  const parameters: readonly (readonly [string, ParameterSpec])[] = Object.entries(kind?.parameters ?? {});
  const choose = (next: string): void => {
    const example = kinds.find((k) => k.kind === next)?.example ?? {};
    void set([name], Object.keys(example).length > 0 ? { kind: next, ...example } : next);
  };
  return (
    <>
      <div className="field" data-field={name}>
        <div className="field-label">
          <span>{title}</span>
        </div>
        <Dropdown
          label={title}
          value={value.kind}
          options={kinds.map((k) => ({ value: k.kind, label: k.title }))}
          disabled={disabled}
          onChange={choose}
          testId={`field-${name}`}
        />
        {kind && (
          <div className="field-help">
            <Prose text={kind.help} />
          </div>
        )}
      </div>
      {parameters.map(([key, spec]) => (
        <Field
          key={`${value.kind} ${key}`}
          name={`${name}.${key}`}
          spec={spec}
          value={value.params[key]}
          disabled={disabled}
          onCommit={(v) => set([name, key], v)}
        />
      ))}
    </>
  );
}
