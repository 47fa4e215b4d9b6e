import type { LinkGraph } from './link-graph.js';

/** The graph with every link reversed; links keep their numbers. */
export function reverseGraph({ npus, devices, links }: LinkGraph): LinkGraph {
  return { npus, devices, links: links.map((link) => ({ ...link, from: link.to, to: link.from })) };
}
