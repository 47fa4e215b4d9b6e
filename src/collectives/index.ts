export type { Cells, StepBuilderOptions, StepId, StepOptions } from './builder-options.js';
export type { Cargo, Placement } from './cargo.js';
export { sizedProgram, withBlockBytes } from './sized-program.js';
export { StepBuilder } from './step-builder.js';
export type { StepProgram } from './step-program.js';
export { type Names, type VerifyOptions, verify } from './verify/verify.js';
