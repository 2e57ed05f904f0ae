/** A few choices side by side, one of them taken: a radio group, one tab stop, arrows inside. */
import { useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';

interface Props<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly {
    readonly value: T;
    readonly label: ReactNode;
    readonly title?: string;
    readonly name?: string;
  }[];
  readonly small?: boolean;
  readonly disabled?: boolean;
  readonly testId?: string;
  readonly onChange: (value: T) => void;
}

export function Segmented<T extends string>({
  label,
  value,
  options,
  small,
  disabled = false,
  testId,
  onChange,
}: Props<T>) {
  const group = useRef<HTMLDivElement>(null);
  const key = (event: KeyboardEvent): void => {
    const by =
      event.key === 'ArrowRight' || event.key === 'ArrowDown'
        ? 1
        : event.key === 'ArrowLeft' || event.key === 'ArrowUp'
          ? -1
          : 0;
    if (!by || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const at = options.findIndex((o) => o.value === value);
    const next = (at + by + options.length) % options.length;
    onChange(options[next].value);
    group.current?.querySelectorAll<HTMLElement>('[role=radio]')[next]?.focus();
  };
  return (
    <div
      className={`segmented ${small ? 'small' : ''}`}
      role="radiogroup"
      aria-label={label}
      ref={group}
      onKeyDown={key}
      data-testid={testId}
    >
      {options.map((o, i) => (
        <button
          key={o.value}
          type="button"
          role="radio"
          aria-checked={o.value === value}
          aria-label={o.name}
          title={o.title}
          disabled={disabled}
          tabIndex={o.value === value || (i === 0 && !options.some((x) => x.value === value)) ? 0 : -1}
          data-value={o.value}
          onClick={() => onChange(o.value)}
        >
          {o.label}
        </button>
      ))}
    </div>
  );
}
