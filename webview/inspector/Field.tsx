/** One parameter as a form field, made from what its kind says of it. */
import { useId, useState } from 'react';
import type { Json, JsonObject } from '../../src/model/json';
import type { GroupSpec, ParameterSpec, Way } from '../../src/model/spec';
import { useStore } from '../store/use';
import { Checkbox, Dropdown, IconButton, TextField } from '../ui/controls';
import { Icon } from '../ui/icons';
import { Prose } from '../ui/Prose';
import { isDefault, rangeWords, readField, showValue } from './form';
import { kept, shownKeys, switched, wayOf, withValue } from './ways';

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
  if (spec.type === 'group') return <Group {...props} spec={spec} />;
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

const insideOf = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

function Group(props: FieldProps & { readonly spec: GroupSpec }) {
  const { spec, name } = props;
  const inside = insideOf(props.value);
  return (
    <fieldset className="group" data-field={name}>
      <legend>{spec.title}</legend>
      {spec.ways ? (
        <Ways {...props} ways={spec.ways} />
      ) : (
        Object.entries(spec.parameters).map(([key, inner]) => (
          <Field
            key={key}
            name={`${name}.${key}`}
            spec={inner}
            value={inside[key]}
            columns={props.columns}
            disabled={props.disabled}
            onCommit={(v) => props.onCommitInside?.(key, v) ?? Promise.resolve(false)}
          />
        ))
      )}
    </fieldset>
  );
}

/** A group whose parameters are alternatives: how it is given, and the fields of that way alone. */
function Ways(props: FieldProps & { readonly spec: GroupSpec; readonly ways: readonly Way[] }) {
  const { spec, name, ways, onCommit, onCommitInside } = props;
  const written = insideOf(props.value);
  const now = wayOf(written, ways);
  // Chosen, but not to be written before what it needs is given, such as the column that says the split.
  const [chosen, setChosen] = useState<Way>();
  const way = chosen ?? now;
  const value = way === now ? written : kept(written, way);
  const choose = (title: string): void => {
    const next = ways.find((one) => one.title === title)!;
    const made = next === now ? undefined : switched(written, next);
    setChosen(made || next === now ? undefined : next);
    if (made) void onCommit(made);
  };
  const commit = async (key: string, set: Json | undefined): Promise<boolean> => {
    const isAlone = way === now && way.instead?.[key] === undefined && !(set === undefined && way.marks.includes(key));
    const next = withValue(written, ways, way, key, set);
    const made = isAlone ? await onCommitInside?.(key, set) : await onCommit(next);
    if (made) setChosen(undefined);
    return made ?? false;
  };
  return (
    <>
      <div className="field" data-field={`${name}.way`}>
        <Dropdown
          label={`${spec.title}: how it is given`}
          value={way.title}
          options={ways.map(({ title }) => ({ value: title, label: title }))}
          disabled={props.disabled}
          onChange={choose}
          testId={`field-${name}.way`}
        />
      </div>
      {shownKeys(value, way, spec.parameters)
        .filter((key) => way === now || way.marks.includes(key))
        .map((key) => (
          <Field
            key={`${way.title} ${key}`}
            name={`${name}.${key}`}
            spec={spec.parameters[key]}
            value={value[key]}
            columns={props.columns}
            disabled={props.disabled}
            onCommit={(v) => commit(key, v)}
          />
        ))}
    </>
  );
}
