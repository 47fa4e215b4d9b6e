import {
  type CollectiveResult,
  type CollectiveSpec,
  ConfigError,
  SimulationError,
  simulateCollective,
} from '../../src/index.js';
import { nanIn } from '../support/hostile.js';
import { must } from './kind.js';

/** Runs anything; the only ways out are an answer without NaN and an error that says what is wrong. */
export async function answer<T>(call: () => T | Promise<T>): Promise<T | ConfigError | SimulationError> {
  const began = performance.now();
  let given: T;
  try {
    given = await call();
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof SimulationError)) throw error;
    must(error.message !== '', () => 'an error without words');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would obey
    must(!/[\u0000-\u0009\u000b-\u001f]/.test(error.message), () => `control characters: ${error.message}`);
    must(!/Invalid (type|key|length|value|format)/.test(error.message), () => `not our words: ${error.message}`);
    return error;
  }
  const nan = nanIn(given);
  must(nan === undefined, () => `NaN at ${nan}`);
  must(performance.now() - began < 30_000, () => 'takes more than 30 s');
  return given;
}

/** What a simulation comes to, as text: a time, or what stopped it. */
export function verdict(spec: CollectiveSpec): string {
  try {
    const { timeNs, finishNsByNpu }: CollectiveResult = simulateCollective({ ...spec, maxEvents: 2_000_000 });
    return finishNsByNpu === undefined ? `${timeNs}` : finishNsByNpu.join();
  } catch (error) {
    if (error instanceof ConfigError) return 'refused';
    if (!(error instanceof SimulationError)) throw error;
    return /budget/.test(error.message) ? 'budget' : error.message.startsWith('deadlock') ? 'deadlock' : 'too long';
  }
}
