/** What of the training section may be changed while it trains: each field one undoable edit of the text. */
import { useState } from 'react';
import type { Json } from '../../src/model/json';
import { trainingParameters } from '../../src/model/sections';
import type { NumberSpec } from '../../src/model/spec';
import { readField, showValue } from '../inspector/form';
import { alive } from '../store/state';
import { useApp, useStore } from '../store/use';
import { TextField } from '../ui/controls';
import * as words from '../words';
import { changeableIn, whyNot } from './changeable';

export function Changes() {
  const state = useApp((s) => s.session.state);
  const waiting = useApp((s) => s.session.waiting);
  const last = useApp((s) => s.session.changes.filter((c) => c.layer === undefined).at(-1));
  const trained = useApp((s) => s.session.model?.training);
  const snapshot = useApp((s) => s.snapshot);
  const optimizers = useApp((s) => s.catalogue?.optimizers);
  if (!alive(state) || state === 'loading' || !trained) return null;
  const reason = whyNot(snapshot, trained);
  const now = snapshot?.model?.training ?? trained;
  const own = optimizers?.find((o) => o.kind === now.optimizer.kind)?.parameters ?? {};
  const { batchSize, clipValue, clipNorm } = now;
  const others: Record<string, number | undefined> = { batchSize, clipValue, clipNorm };
  const shown: readonly Shown[] = [
    ...changeableIn(own, now.optimizer.params).map((name): Shown => ({
      path: ['optimizer', name],
      spec: own[name] as NumberSpec,
      value: now.optimizer.params[name],
    })),
    ...changeableIn(trainingParameters, others).map((name): Shown => ({
      path: [name],
      spec: trainingParameters[name] as NumberSpec,
      value: others[name],
    })),
  ];
  return (
    <details className="changes" data-testid="changes">
      <summary>Change while training</summary>
      <div className="changes-fields">
        {shown.map((field) => (
          <ChangeField key={field.path.join('.')} {...field} disabled={reason !== undefined} />
        ))}
      </div>
      <p className="hint" role="status" data-testid="changes-state">
        {reason ??
          waiting ??
          (last
            ? `${words.change(last)} from step ${words.count(last.step + 1)} on.`
            : 'Holds from the next step on, is written to the file, and can be undone.')}
      </p>
    </details>
  );
}

interface Shown {
  /** Below `training` in the file. */
  readonly path: readonly string[];
  readonly spec: NumberSpec;
  readonly value: Json | undefined;
}

function ChangeField({ path, spec, value, disabled }: Shown & { readonly disabled: boolean }) {
  const store = useStore();
  const [error, setError] = useState<string>();
  // A refused value goes back to what the document says.
  const [again, setAgain] = useState(0);
  const name = path[path.length - 1];
  const commit = (text: string): void => {
    const read = readField(text, spec);
    const wrong = read === 'unset' ? 'A number is needed.' : 'error' in read ? read.error : undefined;
    setError(wrong);
    if (read === 'unset' || 'error' in read || read.value === value) return;
    const made = store.edit({ type: 'setValue', path: ['training', ...path], value: read.value });
    void made.then((done) => !done && setAgain((n) => n + 1));
  };
  return (
    <div className="changes-field">
      <span aria-hidden="true">{spec.title}</span>
      <TextField
        key={again}
        label={spec.title}
        value={showValue(value, spec)}
        invalid={error !== undefined}
        disabled={disabled}
        onCommit={commit}
        onRevert={() => setError(undefined)}
        testId={`change-${name}`}
      />
      {error && (
        <span className="field-error" role="alert">
          {error}
        </span>
      )}
    </div>
  );
}
