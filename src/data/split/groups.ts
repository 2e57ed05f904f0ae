/**
 * The part of each row, `counts.length` for none, with every group whole in one part: groups from the largest on, equal ones
 * in the order drawn, each into the part that lacks most rows. So parts miss their sizes by less than the groups that they
 * end with, and large groups do not come last.
 *
 * @param groups of each row, its group
 * @param counts rows that each part wants; what they leave goes to no part
 * @param order all rows, as drawn
 */
export function dealGroups(groups: Uint32Array, counts: readonly number[], order: Uint32Array): Uint8Array {
  const sizes = new Map<number, number>();
  for (const row of order) sizes.set(groups[row], (sizes.get(groups[row]) ?? 0) + 1);
  const left = [...counts, groups.length - counts.reduce((a, b) => a + b, 0)];
  const partOf = new Map<number, number>();
  // A stable sort: the map's order is that of the draw.
  for (const [group, size] of [...sizes].sort((a, b) => b[1] - a[1])) {
    const part = left.reduce((best, n, i) => (n > left[best] ? i : best), 0);
    left[part] -= size;
    partOf.set(group, part);
  }
  return Uint8Array.from(groups, (group) => partOf.get(group)!);
}
