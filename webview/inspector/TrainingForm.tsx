/** Values below `training` in the file: a form made from what the language says of them. */
import type { ReactNode } from 'react';
import type { Json, JsonObject } from '../../src/model/json';
import type { Configured } from '../../src/model/model';
import { trainingParameters } from '../../src/model/sections';
import type { ParameterSpec } from '../../src/model/spec';
import type { KindDescription } from '../../src/protocol/designer';
import { useApp, useStore } from '../store/use';
import { Button, Dropdown } from '../ui/controls';
import { Prose } from '../ui/Prose';
import { Explain } from '../explain/Explain';
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
  const value = (name: string): Json | undefined => (training as unknown as JsonObject)[name];
  const field = (name: string): ReactNode => {
    const spec = trainingParameters[name];
    if (spec.type === 'reference')
      return (
        <Reference
          key={name}
          name={name}
          title={spec.title}
          help={spec.help}
          value={configuredOf(value(name), spec.default)}
          kinds={catalogue?.[spec.registry] ?? []}
          disabled={disabled}
          set={set}
        />
      );
    return (
      <Field
        key={name}
        name={name}
        spec={spec}
        value={spec.type === 'referenceList' ? namesOf(value(name)) : value(name)}
        disabled={disabled}
        onCommit={(v) => set([name], v)}
        onCommitInside={(key, v) => set([name, key], v)}
      />
    );
  };
  const rest = Object.keys(trainingParameters).filter((name) => !FIRST.includes(name));
  return (
    <div className="form">
      {field('optimizer')}
      {field('loss')}
      <div className="pair">
        {field('batchSize')}
        {field('epochs')}
      </div>
      {field('seed')}
      <details className="more" open={rest.some((name) => isSet(name, value(name)))}>
        <summary>Schedule, stopping, clipping, metrics</summary>
        <div className="form">{rest.map(field)}</div>
      </details>
      <p className="ideas">
        <Explain idea="earlyStopping" words="Early stopping" />
        <Explain idea="validation" words="Validation and test" />
      </p>
    </div>
  );
}

/** What everybody sets; the rest stands folded below until something of it is set. */
const FIRST = ['optimizer', 'loss', 'batchSize', 'epochs', 'seed'];

const isSet = (name: string, value: Json | undefined): boolean => {
  const { default: usual, type } = trainingParameters[name];
  if (value === undefined || value === usual) return false;
  return !(type === 'reference' && configuredOf(value, usual).kind === usual);
};

const configuredOf = (value: Json | undefined, usual: Json | undefined): Configured =>
  isConfigured(value) ? value : { kind: typeof usual === 'string' ? usual : '', params: {} };
const isConfigured = (value: unknown): value is Configured =>
  typeof value === 'object' && value !== null && 'kind' in value && 'params' in value;

/** Chosen kinds as the file may write them: by name where that says it all. */
const namesOf = (value: Json | undefined): Json | undefined =>
  Array.isArray(value) ? value.map((v) => (isConfigured(v) ? { kind: v.kind, ...v.params } : v)) : undefined;

interface ReferenceProps {
  readonly name: string;
  readonly title: string;
  /** Of the parameter, where its kind has no help of its own. */
  readonly help: string;
  readonly value: Configured;
  readonly kinds: readonly KindDescription[];
  readonly disabled: boolean;
  readonly set: (path: readonly string[], value: Json | undefined) => Promise<boolean>;
}

/** A choice among kinds, with the parameters of the one that is chosen. */
function Reference({ name, title, help, value, kinds, disabled, set }: ReferenceProps) {
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
        <div className="field-help">
          <Prose text={kind?.help ?? help} />
        </div>
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
