export type { Cargo, Placement } from './cargo.js';
export { sizedProgram, withBlockBytes } from './sized-program.js';
export {
  type Cells,
  StepBuilder,
  type StepBuilderOptions,
  type StepId,
  type StepOptions,
} from './step-builder.js';
export type { StepProgram } from './step-program.js';
export { type Names, type VerifyOptions, verify } from './verify/verify.js';
