/** A list of kinds, one after another, each with its parameters: what augments pictures. */
import type { Json, JsonObject } from '../../src/model/json';
import type { KindDescription } from '../../src/protocol/designer';
import { Dropdown, IconButton } from '../ui/controls';
import { Icon } from '../ui/icons';
import { Prose } from '../ui/Prose';
import { Field } from './Field';
import { writtenKind } from './form';

interface Props {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  /** As the checked model has them: every parameter given. */
  readonly value: Json | undefined;
  readonly kinds: readonly KindDescription[];
  readonly disabled: boolean;
  readonly onCommit: (value: Json | undefined) => Promise<boolean>;
}

export function KindList({ name, title, help, value, kinds, disabled, onCommit }: Props) {
  const entries = (Array.isArray(value) ? value : []) as JsonObject[];
  const specOf = (kind: Json | undefined): KindDescription | undefined => kinds.find((k) => k.kind === kind);
  const commit = (list: readonly JsonObject[]): Promise<boolean> =>
    onCommit(
      list.length > 0 ? list.map((entry) => writtenKind(entry, specOf(entry.kind)?.parameters ?? {})) : undefined,
    );
  const exampleOf = (kind: string): JsonObject => ({ kind, ...specOf(kind)?.example });
  const replace = (at: number, entry: JsonObject): Promise<boolean> =>
    commit(entries.map((old, i) => (i === at ? entry : old)));
  const options = kinds.map((k) => ({ value: k.kind, label: k.title }));
  return (
    <fieldset className="group" data-field={name}>
      <legend>{title}</legend>
      <div className="field-help">
        <Prose text={help} />
      </div>
      {entries.map((entry, at) => {
        const spec = specOf(entry.kind);
        const called = `${spec?.title ?? ''}, ${at + 1} of ${entries.length}`;
        return (
          <div key={at} className="kind-entry" role="group" aria-label={called} data-entry={at}>
            <div className="kind-head">
              <Dropdown
                label={`Kind of ${called}`}
                value={typeof entry.kind === 'string' ? entry.kind : ''}
                options={options}
                disabled={disabled}
                onChange={(kind) => void replace(at, exampleOf(kind))}
                testId={`field-${name}.${at}`}
              />
              <IconButton
                label={`Do ${called} earlier`}
                className="dense"
                disabled={disabled || at === 0}
                onPress={() =>
                  void commit([...entries.slice(0, at - 1), entry, entries[at - 1], ...entries.slice(at + 1)])
                }
              >
                <Icon name="chevron-up" />
              </IconButton>
              <IconButton
                label={`Remove ${called}`}
                className="dense"
                disabled={disabled}
                onPress={() => void commit(entries.filter((_, i) => i !== at))}
              >
                <Icon name="trash" />
              </IconButton>
            </div>
            {spec && (
              <div className="field-help">
                <Prose text={spec.help} />
              </div>
            )}
            {Object.entries(spec?.parameters ?? {}).map(([key, parameter]) => (
              <Field
                key={`${spec?.kind} ${key}`}
                name={`${name}.${at}.${key}`}
                spec={parameter}
                value={entry[key]}
                disabled={disabled}
                onCommit={(next) => {
                  const others = Object.entries(entry).filter(([other]) => other !== key);
                  return replace(at, Object.fromEntries(next === undefined ? others : [...others, [key, next]]));
                }}
              />
            ))}
          </div>
        );
      })}
      <Dropdown
        label={`Add to ${title}`}
        value=""
        options={[{ value: '', label: 'Add…' }, ...options]}
        disabled={disabled}
        onChange={(kind) => void commit([...entries, exampleOf(kind)])}
        testId={`add-${name}`}
      />
    </fieldset>
  );
}
