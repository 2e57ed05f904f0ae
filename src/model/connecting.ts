/** Everything that a layer reads, itself or through others: the nearest first. */
export function ancestorsOf(id: string, inputsOf: (id: string) => readonly string[] | undefined): ReadonlySet<string> {
  const all = new Set<string>();
  const waiting = [id];
  for (const at of waiting)
    for (const input of inputsOf(at) ?? [])
      if (!all.has(input)) {
        all.add(input);
        waiting.push(input);
      }
  return all;
}

/**
 * Why a layer that does not read `from` yet cannot do so, as a sentence; undefined where it can.
 * @param most layers that a layer of the kind of `to` may read
 */
export function whyNotConnected(
  from: string,
  to: { readonly id: string; readonly kind: string; readonly inputs: readonly string[] },
  most: number,
  inputsOf: (id: string) => readonly string[] | undefined,
): string | undefined {
  if (most === 0) return `"${to.id}" is an input: it reads no layer.`;
  if (from === to.id || ancestorsOf(from, inputsOf).has(to.id))
    return `"${from}" reads "${to.id}" already, itself or through others: a network has no circles.`;
  // Of a kind that reads one, the new one takes its place.
  if (most > 1 && to.inputs.length >= most)
    return `"${to.id}" reads ${to.inputs.length} layers, and ${to.kind} reads no more: take one away first.`;
  return undefined;
}
