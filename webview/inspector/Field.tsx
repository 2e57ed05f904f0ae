/** One parameter as a form field, made from what its kind says of it. */
import { useId, useState } from 'react';
import type { Json } from '../../src/model/json';
import type { ParameterSpec, Parameters } from '../../src/model/spec';
import { useStore } from '../store/use';
import { Checkbox, Dropdown, IconButton, TextField } from '../ui/controls';
import { Icon } from '../ui/icons';
import { Prose } from '../ui/Prose';
import { isDefault, rangeWords, readField, showValue } from './form';

export interface FieldProps {
  readonly name: string;
  readonly spec: ParameterSpec;
  readonly value: Json | undefined;
  readonly disabled: boolean;
  /** Names that a column may have; absent: any text. */
  readonly columns?: readonly string[];
  /** Undefined takes the key away, so that the default holds again. Resolves to whether it was done. */
  readonly onCommit: (value: Json | undefined) => Promise<boolean>;
  /** Of a group: a value inside it. */
  readonly onCommitInside?: (key: string, value: Json | undefined) => Promise<boolean>;
}

export function Field(props: FieldProps) {
  const { spec, value, name } = props;
  const store = useStore();
  const [error, setError] = useState<string>();
  // A refused value goes back to what the document says.
  const [again, setAgain] = useState(0);
  const help = useId();
  if (spec.type === 'group') return <Group {...props} parameters={spec.parameters} />;
  const resettable = spec.default !== undefined && !isDefault(value, spec);
  const commit = (v: Json | undefined): void => {
    setError(undefined);
    void props.onCommit(v).then((made) => !made && setAgain((n) => n + 1));
  };
  const commitText = (text: string): void => {
    const read = readField(text, spec);
    if (read === 'unset') commit(undefined);
    else if ('error' in read) setError(read.error);
    // A lone text stands for a list of it: what shows alike is the same.
    else if (showValue(read.value, spec) !== showValue(value, spec)) commit(read.value);
    else setError(undefined);
  };
  const range = spec.type === 'number' || spec.type === 'integer' ? rangeWords(spec) : '';
  return (
    <div className="field" data-field={name}>
      {spec.type !== 'boolean' && (
        <div className="field-label">
          <span>{spec.title}</span>
          {range && <span className="range">{range}</span>}
          <span className="grow" />
          {spec.type === 'path' && (
            <IconButton
              label={`Browse for ${spec.title}`}
              className="dense"
              disabled={props.disabled}
              testId={`browse-${name}`}
              onPress={() =>
                void store.pickPath(spec.folder ? 'folder' : 'file').then((path) => path !== undefined && commit(path))
              }
            >
              <Icon name={spec.folder ? 'folder-opened' : 'go-to-file'} />
            </IconButton>
          )}
          {resettable && (
            <IconButton
              label={`Reset ${spec.title} to ${showValue(spec.default, spec)}`}
              className="dense"
              disabled={props.disabled}
              onPress={() => commit(undefined)}
            >
              <Icon name="discard" />
            </IconButton>
          )}
        </div>
      )}
      {spec.type === 'boolean' ? (
        <Checkbox
          label={spec.title}
          checked={value === true}
          disabled={props.disabled}
          onChange={commit}
          testId={`field-${name}`}
        />
      ) : spec.type === 'choice' ? (
        <Dropdown
          label={spec.title}
          value={typeof value === 'string' ? value : ''}
          options={spec.options.map((o) => ({ value: o.value, label: o.value }))}
          disabled={props.disabled}
          onChange={commit}
          testId={`field-${name}`}
        />
      ) : spec.type === 'column' && props.columns ? (
        <Dropdown
          label={spec.title}
          value={typeof value === 'string' ? value : ''}
          options={[
            ...(spec.optional || value === undefined ? [{ value: '', label: 'not given' }] : []),
            ...props.columns.map((column) => ({ value: column, label: column })),
          ]}
          disabled={props.disabled}
          onChange={(column) => commit(column === '' ? undefined : column)}
          testId={`field-${name}`}
        />
      ) : (
        <TextField
          key={again}
          label={spec.title}
          value={showValue(value, spec)}
          placeholder={spec.optional ? 'not given' : undefined}
          className={spec.type === 'path' || spec.type === 'column' ? 'mono' : ''}
          invalid={error !== undefined}
          disabled={props.disabled}
          onCommit={commitText}
          onRevert={() => setError(undefined)}
          testId={`field-${name}`}
        />
      )}
      {error && (
        <div className="field-error" role="alert">
          {error}
        </div>
      )}
      <div className="field-help" id={help}>
        <Prose
          text={spec.type === 'choice' ? (spec.options.find((o) => o.value === value)?.help ?? spec.help) : spec.help}
        />
      </div>
    </div>
  );
}

function Group(props: FieldProps & { readonly parameters: Parameters }) {
  const { spec, value, parameters } = props;
  const inside = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  return (
    <fieldset className="group" data-field={props.name}>
      <legend>{spec.title}</legend>
      {Object.entries(parameters).map(([key, inner]) => (
        <Field
          key={key}
          name={`${props.name}.${key}`}
          spec={inner}
          value={inside[key]}
          columns={props.columns}
          disabled={props.disabled}
          onCommit={(v) => props.onCommitInside?.(key, v) ?? Promise.resolve(false)}
        />
      ))}
    </fieldset>
  );
}
