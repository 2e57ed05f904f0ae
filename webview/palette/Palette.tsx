/** The kinds of layers there are, to add behind the selected one. "/" goes to the search. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import type { LayerDescription } from '../../src/protocol/designer';
import { useApp } from '../store/use';
import { TextField } from '../ui/controls';
import { Drawn, Icon, iconOf } from '../ui/icons';
import { DRAGGED, useAddLayer } from './add';
import { search } from './search';

export function Palette({
  disabled,
  after,
  before,
  onDone,
}: {
  readonly disabled: boolean;
  readonly after?: string;
  /** The one reader of `after` that the new layer goes before; absent: all of them. */
  readonly before?: string;
  readonly onDone?: () => void;
}) {
  const catalogue = useApp((s) => s.catalogue);
  const add = useAddLayer();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const field = useRef<HTMLElement | null>(null);
  const groups = useMemo(() => search(catalogue?.layers ?? [], text), [catalogue, text]);
  const flat = groups.flatMap((g) => g.kinds);
  const chosen = Math.min(active, Math.max(0, flat.length - 1));

  useEffect(() => {
    const slash = (event: globalThis.KeyboardEvent): void => {
      const inField = (event.target as HTMLElement | null)?.closest('vscode-text-field, [role=slider]');
      if (event.key !== '/' || inField || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    window.addEventListener('keydown', slash);
    return () => window.removeEventListener('keydown', slash);
  }, []);
  useEffect(() => {
    if (after !== undefined) field.current?.focus();
  }, [after]);

  const take = (kind: LayerDescription): void => {
    if (disabled) return;
    add(kind, after, before);
    setText('');
    onDone?.();
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setActive(Math.min(flat.length - 1, chosen + 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(0, chosen - 1));
    else if (event.key === 'Enter' && flat[chosen]) take(flat[chosen]);
    else if (event.key === 'Escape') {
      setText('');
      onDone?.();
    } else return;
    event.preventDefault();
  };

  return (
    <nav className={`palette ${disabled ? 'off' : ''}`} aria-label="Layers to add">
      <div className="palette-search" onKeyDown={key}>
        <TextField
          label="Search layers"
          placeholder="Add a layer…"
          value={text}
          disabled={disabled}
          onInput={(t) => {
            setText(t);
            setActive(0);
          }}
          focusRef={(f) => {
            field.current = f;
          }}
          testId="palette-search"
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      {after !== undefined && (
        <div className="palette-where">
          {before === undefined ? `behind ${after}` : `between ${after} and ${before}`}
        </div>
      )}
      {/* With every kind disabled nothing in it can be focused, and it still has to be scrolled. */}
      <div className="palette-list" role="group" aria-label="Kinds of layers" tabIndex={disabled ? 0 : undefined}>
        {groups.map((group) => (
          <section key={group.name} aria-label={group.name}>
            <h2>
              <Icon name="chevron-down" />
              {group.name}
            </h2>
            {group.kinds.map((kind) => (
              <button
                key={kind.kind}
                type="button"
                className={`kind ${text !== '' && flat[chosen] === kind ? 'active' : ''} ${kind.drops ? 'drops' : ''}`}
                title={kind.help}
                disabled={disabled}
                draggable={!disabled}
                data-add={kind.kind}
                onDragStart={(event) => event.dataTransfer.setData(DRAGGED, kind.kind)}
                onClick={() => take(kind)}
              >
                <Drawn name={iconOf(kind.kind)} />
                <span className="ellipsis">{kind.title}</span>
              </button>
            ))}
          </section>
        ))}
        {flat.length === 0 && <p className="none">No layer is called "{text}".</p>}
      </div>
    </nav>
  );
}
