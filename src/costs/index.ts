export { type CalibrateOptions, calibrate } from './calibrate/calibrate.js';
export { type CalibratedCall, type CalibratedTime, calibrated } from './calibrate/calibrated.js';
export type {
  Calibration,
  DimensionsCalibration,
  FittedDimension,
  NodesCalibration,
  NodesErrors,
  Provenance,
  TableCalibration,
  TriedLaw,
} from './calibrate/calibration.js';
export {
  type CostCurve,
  CURVE_FORMS,
  type CurveForm,
  curveUs,
  type LineCurve,
  type LinesCurve,
  type PowerCurve,
  type RootCurve,
  type TableCurve,
} from './calibrate/curve.js';
export type { BandErrors, ErrorSummary, Errors } from './calibrate/errors.js';
export { fitGenModel, type GenModelFit, type GenModelTerm, type UnidentifiedTerm } from './calibrate/fit-genmodel.js';
export { ncclMachineOf } from './calibrate/known-machines.js';
export {
  type MeasuredCollective,
  type MeasuredTable,
  type Measurement,
  type Samples,
  samplesOf,
} from './calibrate/measured-table.js';
export type { DepthBase, NcclBase, NodesLaw, NodesLawName, NodesShape } from './calibrate/nodes-law.js';
export { readCalibration } from './calibrate/read-calibration.js';
export { type OverTables, type TableValidation, type Validation, validate } from './calibrate/validate.js';
export type { SeriesSplit, SeriesValidation } from './calibrate/validate-series.js';
export {
  type GenModelAlgorithm,
  type GenModelCall,
  type GenModelCollective,
  type GenModelCounts,
  type GenModelTerms,
  genModelCounts,
  genModelUs,
} from './genmodel.js';
export { type NcclCall, type NcclCandidate, type NcclChoice, ncclChoose } from './nccl/choose.js';
export type { NcclGraph, NcclMachine, NcclPath } from './nccl/machine.js';
export { NCCL_COLLECTIVES, type NcclAlgorithm, type NcclCollective, type NcclProtocol } from './nccl/names.js';
export type { NcclOptions, NcclPresetMachine } from './nccl/options.js';
export { NCCL_PRESETS, type NcclPreset, type NcclPresetOptions, ncclMachine } from './nccl/presets.js';
export type { NcclSplit } from './nccl/split.js';
export { type NcclCandidateRow, type NcclTuning, type NcclTuningRow, ncclTuning } from './nccl/tuning.js';
