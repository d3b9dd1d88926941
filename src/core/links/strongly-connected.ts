// Tarjan's algorithm for strongly connected components, without recursion: a chain of ten thousand dependencies must not
// overflow the stack.

/**
 * Groups of nodes that reach each other, and single nodes with an edge to themselves. Nodes are numbers below `count`;
 * negative edges lead nowhere.
 */
export function stronglyConnected(input: {
  readonly count: number;
  readonly nodes: Iterable<number>;
  readonly edgesOf: (node: number) => readonly number[];
}): readonly (readonly number[])[] {
  const { edgesOf } = input;
  /** From 1 in order of discovery; 0: not discovered. */
  const order = new Int32Array(input.count);
  const lowest = new Int32Array(input.count);
  const isOpen = new Uint8Array(input.count);
  const open: number[] = [];
  const loops: number[][] = [];
  let met = 0;

  const enter = (node: number): Visit => {
    met++;
    order[node] = met;
    lowest[node] = met;
    isOpen[node] = 1;
    open.push(node);
    return { node, edges: edgesOf(node), next: 0 };
  };
  const lower = (node: number, value: number) => {
    if (value < at(lowest, node)) lowest[node] = value;
  };
  const close = (root: number, edges: readonly number[]) => {
    const members = open.splice(open.lastIndexOf(root));
    for (const member of members) isOpen[member] = 0;
    if (members.length > 1 || edges.includes(root)) loops.push(members);
  };

  for (const start of input.nodes) {
    if (at(order, start) > 0) continue;
    const path: Visit[] = [enter(start)];
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const edge = visit.edges[visit.next++];
      if (edge === undefined) {
        path.pop();
        if (at(lowest, visit.node) === at(order, visit.node)) close(visit.node, visit.edges);
        const parent = path.at(-1);
        if (parent !== undefined) lower(parent.node, at(lowest, visit.node));
      } else if (edge >= 0 && at(order, edge) === 0) path.push(enter(edge));
      else if (edge >= 0 && at(isOpen, edge) === 1) lower(visit.node, at(order, edge));
    }
  }
  return loops;
}

type Visit = { readonly node: number; readonly edges: readonly number[]; next: number };

function at(numbers: Int32Array | Uint8Array, position: number): number {
  return numbers[position] ?? 0;
}
