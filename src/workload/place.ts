/** How messages name a node: `llama.0.et: node 17`. */
export function place(graph: string, id: number): string {
  return graph === '' ? `node ${id}` : `${graph}: node ${id}`;
}
