import type { Json } from '../../model/json';

/** A value as Python writes it: True for true, None for null, floats that stay floats. */
export function literal(value: Json): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  // JSON's escapes are Python's too, but for characters outside of the plane that \u reaches, which stay as they are.
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}: ${literal(inner)}`)
    .join(', ')}}`;
}

/** (3, 3); (3,) for one. */
export const tuple = (values: readonly (number | string)[]): string =>
  values.length === 1 ? `(${values[0]},)` : `(${values.join(', ')})`;

/** Words of the language, names of its own that a program here uses, and attributes that every nn.Module has. */
const taken = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if ' +
    'import in is lambda nonlocal not or pass raise return try while with yield match case ' +
    'self x logits torch nn F math ' +
    'T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval ' +
    'extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia ' +
    'named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer ' +
    'register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook ' +
    'register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter ' +
    'register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory ' +
    'state_dict to to_empty train training type xpu zero_grad'
  ).split(' '),
);

/**
 * Names in Python for ids of layers, each another: "conv-1" is conv_1, "type" is type_, "1st" is layer_1st.
 * @param reserved names that the program has itself
 */
export function namesFor(ids: readonly string[], reserved: readonly string[] = []): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const used = new Set([...taken, ...reserved]);
  for (const id of ids) {
    let name = id.replaceAll(/[^A-Za-z0-9_]/g, '_');
    // Names that begin with two underscores are changed inside of a class.
    if (/^(\d|__)/.test(name)) name = `layer_${name.replace(/^_+/, '')}`;
    while (used.has(name)) name += '_';
    used.add(name);
    names.set(id, name);
  }
  return names;
}
