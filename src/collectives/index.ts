export type { Cargo, Placement } from './cargo.js';
export {
  type Cells,
  StepBuilder,
  type StepBuilderOptions,
  type StepId,
  type StepOptions,
} from './step-builder.js';
export { type StepProgram, sizedProgram, withBlockBytes } from './step-program.js';
export { type Names, verify } from './verify/verify.js';
