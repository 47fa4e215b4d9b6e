/** Whether messages contend for links. */
export type NetworkModel = 'congestion-unaware' | 'congestion-aware';

export const NETWORK_MODELS: readonly NetworkModel[] = ['congestion-unaware', 'congestion-aware'];

/**
 * What a message pays for in the congestion-unaware network if its ends differ in several
 * dimensions: only the lowest (the reference), or each of them in turn.
 */
export type Routing = 'first-dimension' | 'dimension-order';

export const ROUTINGS: readonly Routing[] = ['first-dimension', 'dimension-order'];

/** How an all-reduce crosses several dimensions. */
export type Decomposition = 'baseline' | 'local-bw-aware';

export const DECOMPOSITIONS: readonly Decomposition[] = ['baseline', 'local-bw-aware'];

/** The engine that plays a collective. */
export type EngineName = 'phase' | 'message';

export const ENGINES: readonly EngineName[] = ['phase', 'message'];

/** Whether NPUs that provably act alike are simulated once. */
export type FoldingMode = 'auto' | 'off';

export const FOLDING_MODES: readonly FoldingMode[] = ['auto', 'off'];

/**
 * When a switch, or an NPU on the way, forwards a message: `"store-and-forward"`, once it has all of it, or
 * `"cut-through"`, as it arrives. From one dimension of a grid to the next it always has all of it first.
 */
export type Switching = 'store-and-forward' | 'cut-through';

export const SWITCHINGS: readonly Switching[] = ['store-and-forward', 'cut-through'];
