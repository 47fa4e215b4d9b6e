import * as v from 'valibot';
import { ConfigError } from '../../base/errors.js';
import { keys, parse } from '../../base/validate.js';
import type { SymmetricCollective } from '../../collectives/collective.js';
import type { StepProgram } from '../../collectives/step-program.js';
import { verify } from '../../collectives/verify/verify.js';
import { inFile } from './algorithm.js';
import { lower } from './lower.js';
import { readMscclAlgorithm } from './read-algorithm.js';

/** A schedule as an MSCCL file describes it. */
export interface MscclSchedule {
  readonly name: string;
  /** What it computes; undefined where the file makes no claim that can be checked, such as `coll="custom"`. */
  readonly collective: SymmetricCollective | undefined;
  /** In blocks of one byte: see {@link withBlockBytes}. */
  readonly program: StepProgram;
  readonly protocol: string;
  /** What the file has that is not looked at, and claims that are not checked. */
  readonly notes: readonly string[];
}

const schema = keys({ text: v.string('text'), file: v.string('the name of a file') });

/**
 * Reads a schedule in MSCCL's XML format and checks that it computes what it claims.
 *
 * A thread block does one thing after the other: a step begins when the one before it has
 * ended, a send when its message has arrived. What a step receives it has whole before it
 * reduces or sends it on: MSCCL cuts it in slices and overlaps them.
 *
 * @param file - its name, for messages.
 * @throws ConfigError with lines of the file: it is no XML, something is missing, thread blocks
 * wait for each other, chunks are read before they are written, or the result is not what it claims.
 */
export function readMsccl(text: string, file = ''): MscclSchedule {
  parse(schema, { text, file });
  const algorithm = readMscclAlgorithm(text, file);
  const { program, nameOf, cellName } = lower(algorithm);
  const { name, collective, protocol, notes } = algorithm;
  const issues = verify(program, collective, { step: nameOf, cell: cellName });
  if (issues.length > 0) {
    throw new ConfigError(
      issues.map((issue) => ({
        ...issue,
        path: issue.path.startsWith(inFile(file)) ? issue.path : `${inFile(file)}${issue.path}`,
      })),
    );
  }
  return { name, collective, program, protocol, notes };
}
