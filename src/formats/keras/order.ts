/** What the order of layers is told from. */
interface Linked {
  readonly name: string;
  readonly inputs: readonly string[];
}

/**
 * The layers as a functional model of Keras lists them (keras.src.ops.function.map_graph): from the deepest, counted from
 * the output, to the output; of one depth in the order in which a walk from the output, inputs in their order, meets them.
 * @param layers each behind all that it reads
 */
export function inKerasOrder<L extends Linked>(layers: readonly L[], output: string): L[] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const met = new Map<string, number>();
  const walk = (name: string): void => {
    if (met.has(name)) return;
    met.set(name, met.size);
    for (const input of byName.get(name)!.inputs) walk(input);
  };
  walk(output);
  const depth = new Map<string, number>();
  // Layers stand behind all that they read: seen from the end, a layer's own depth is known when it is reached.
  for (const { name, inputs } of [...layers].reverse())
    for (const input of inputs) depth.set(input, Math.max(depth.get(input) ?? 0, (depth.get(name) ?? 0) + 1));
  return layers
    .filter(({ name }) => met.has(name))
    .sort((a, b) => (depth.get(b.name) ?? 0) - (depth.get(a.name) ?? 0) || met.get(a.name)! - met.get(b.name)!);
}

/**
 * The groups of weights that a ".keras" file has for layers, by their names: "dense_1" is the second layer of class Dense.
 * @param layers in Keras's order
 */
export function weightGroups(
  layers: readonly { readonly name: string; readonly className: string }[],
): Map<string, string> {
  const used = new Map<string, number>();
  return new Map(
    layers.map(({ name, className }) => {
      const stem = snakeCase(className);
      const count = used.get(stem) ?? 0;
      used.set(stem, count + 1);
      return [name, count === 0 ? stem : `${stem}_${count}`];
    }),
  );
}

/** As keras.src.utils.naming.to_snake_case: "MaxPooling2D" is "max_pooling2d", "LeakyReLU" is "leaky_re_lu". */
const snakeCase = (name: string): string =>
  name
    .replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
