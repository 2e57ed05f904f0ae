/** Thin typed wrappers of the toolkit's web components. Nothing else of the page knows the toolkit. */
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';

interface Common {
  readonly label: string;
  readonly disabled?: boolean;
  readonly testId?: string;
}

export function Button(
  props: Omit<Common, 'label'> & {
    readonly children: ReactNode;
    readonly label?: string;
    readonly primary?: boolean;
    readonly title?: string;
    readonly onPress: () => void;
  },
) {
  return (
    <vscode-button
      appearance={props.primary ? 'primary' : 'secondary'}
      disabled={props.disabled ?? false}
      aria-label={props.label}
      title={props.title}
      data-testid={props.testId}
      onClick={() => !props.disabled && props.onPress()}
    >
      {props.children}
    </vscode-button>
  );
}

export function IconButton(
  props: Common & {
    readonly children: ReactNode;
    readonly title?: string;
    readonly className?: string;
    readonly onPress: () => void;
  },
) {
  return (
    <vscode-button
      appearance="icon"
      class={`icon ${props.className ?? ''}`}
      disabled={props.disabled ?? false}
      aria-label={props.label}
      title={props.title ?? props.label}
      data-testid={props.testId}
      onClick={() => !props.disabled && props.onPress()}
    >
      {props.children}
    </vscode-button>
  );
}

export function Checkbox(props: Common & { readonly checked: boolean; readonly onChange: (checked: boolean) => void }) {
  const ref = useRef<HTMLElement>(null);
  const { checked, onChange } = props;
  useLayoutEffect(() => {
    const box = ref.current as (HTMLElement & { checked: boolean }) | null;
    if (box && box.checked !== checked) box.checked = checked;
  }, [checked]);
  useEffect(() => {
    const box = ref.current as (HTMLElement & { checked: boolean }) | null;
    const changed = (): void => {
      if (box && box.checked !== checked) onChange(box.checked);
    };
    box?.addEventListener('change', changed);
    return () => box?.removeEventListener('change', changed);
  }, [checked, onChange]);
  return (
    <vscode-checkbox ref={ref} disabled={props.disabled ?? false} data-testid={props.testId}>
      {props.label}
    </vscode-checkbox>
  );
}

export interface Option {
  readonly value: string;
  readonly label: string;
}
export function Dropdown(
  props: Common & {
    readonly value: string;
    readonly options: readonly Option[];
    readonly onChange: (value: string) => void;
  },
) {
  const ref = useRef<HTMLElement>(null);
  const { value, options, onChange } = props;
  const key = options.map((o) => o.value).join('\n');
  useEffect(() => {
    const list = ref.current as (HTMLElement & { value: string }) | null;
    if (!list) return undefined;
    // The element reads its options a moment after they are attached.
    const set = (): void => void (list.value !== value && (list.value = value));
    set();
    const frame = requestAnimationFrame(set);
    const changed = (): void => {
      if (list.value !== value) onChange(list.value);
    };
    list.addEventListener('change', changed);
    return () => {
      cancelAnimationFrame(frame);
      list.removeEventListener('change', changed);
    };
  }, [value, key, onChange]);
  return (
    <vscode-dropdown ref={ref} disabled={props.disabled ?? false} aria-label={props.label} data-testid={props.testId}>
      {options.map((o) => (
        <vscode-option key={o.value} value={o.value}>
          {o.label}
        </vscode-option>
      ))}
    </vscode-dropdown>
  );
}

type Field = HTMLElement & { value: string };

/** A field that commits on Enter and when it is left, and reverts on Esc. */
export function TextField(
  props: Common & {
    readonly value: string;
    readonly placeholder?: string;
    readonly className?: string;
    readonly invalid?: boolean;
    readonly onInput?: (text: string) => void;
    readonly onCommit?: (text: string) => void;
    readonly onRevert?: () => void;
    readonly onKey?: (event: KeyboardEvent<HTMLElement>) => void;
    readonly focusRef?: (field: HTMLElement | null) => void;
  },
) {
  const ref = useRef<Field | null>(null);
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });
  const { value, invalid } = props;
  useLayoutEffect(() => {
    const field = ref.current;
    if (field && field.value !== value) field.value = value;
  }, [value]);
  useEffect(() => {
    const field = ref.current;
    if (!field) return undefined;
    // Enter tells of it twice, as a key and as a change: the second comes before the document has the first.
    let told: string | undefined;
    const commit = (): void => {
      const { onCommit, value: was } = latest.current;
      if (!onCommit || field.value === was || field.value === told) return;
      told = field.value;
      onCommit(field.value);
    };
    const input = (): void => {
      told = undefined;
      latest.current.onInput?.(field.value);
    };
    const key = (event: globalThis.KeyboardEvent): void => {
      if (event.key === 'Enter') commit();
      if (event.key === 'Escape' && latest.current.onCommit) {
        field.value = latest.current.value;
        latest.current.onRevert?.();
      }
    };
    field.addEventListener('change', commit);
    field.addEventListener('input', input);
    field.addEventListener('keydown', key);
    return () => {
      field.removeEventListener('change', commit);
      field.removeEventListener('input', input);
      field.removeEventListener('keydown', key);
    };
  }, []);
  useEffect(() => {
    const inner = ref.current?.shadowRoot?.querySelector('input');
    inner?.setAttribute('aria-invalid', invalid ? 'true' : 'false');
  }, [invalid]);
  return (
    <vscode-text-field
      ref={(field: HTMLElement | null) => {
        ref.current = field as Field | null;
        latest.current.focusRef?.(field);
      }}
      class={`${props.className ?? ''} ${invalid ? 'invalid' : ''}`}
      disabled={props.disabled ?? false}
      placeholder={props.placeholder}
      aria-label={props.label}
      data-testid={props.testId}
      onKeyDown={props.onKey}
    />
  );
}
