// Tarjan's algorithm for strongly connected components, with its recursion unrolled: a chain of ten thousand
// dependencies must not overflow the stack.

/** Groups of nodes that reach each other, and single nodes with an edge to themselves; everything else is left out. */
export function findLoops(
  nodes: Iterable<number>,
  edgesOf: (node: number) => readonly number[],
): readonly (readonly number[])[] {
  const order = new Map<number, number>();
  const lowest = new Map<number, number>();
  const open: number[] = [];
  const isOpen = new Set<number>();
  const loops: number[][] = [];

  const enter = (node: number): Visit => {
    order.set(node, order.size);
    lowest.set(node, order.size - 1);
    open.push(node);
    isOpen.add(node);
    return { node, edges: edgesOf(node), next: 0 };
  };
  const lower = (node: number, value: number | undefined) => {
    if (value !== undefined && value < (lowest.get(node) ?? 0)) lowest.set(node, value);
  };
  const close = (root: number) => {
    const members = open.splice(open.lastIndexOf(root));
    for (const member of members) isOpen.delete(member);
    if (members.length > 1 || edgesOf(root).includes(root)) loops.push(members);
  };

  for (const start of nodes) {
    if (order.has(start)) continue;
    const path: Visit[] = [enter(start)];
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const edge = visit.edges[visit.next++];
      if (edge === undefined) {
        path.pop();
        if (lowest.get(visit.node) === order.get(visit.node)) close(visit.node);
        const parent = path.at(-1);
        if (parent !== undefined) lower(parent.node, lowest.get(visit.node));
      } else if (!order.has(edge)) path.push(enter(edge));
      else if (isOpen.has(edge)) lower(visit.node, order.get(edge));
    }
  }
  return loops;
}

type Visit = { readonly node: number; readonly edges: readonly number[]; next: number };
