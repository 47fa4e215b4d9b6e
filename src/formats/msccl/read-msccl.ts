import * as v from 'valibot';
import { ConfigError } from '../../base/errors.js';
import { keys, parse } from '../../base/validate.js';
import type { EvenCollective } from '../../collectives/collective.js';
import type { StepProgram } from '../../collectives/step-program.js';
import { verify } from '../../collectives/verify/verify.js';
import { inFile } from './algorithm.js';
import { lower } from './lower.js';
import { readMscclAlgorithm } from './read-algorithm.js';

/** A schedule as an MSCCL file describes it. */
export interface MscclSchedule {
  readonly name: string;
  /** What it computes; undefined where the file makes no claim that can be checked, such as `coll="custom"`. */
  readonly collective: EvenCollective | undefined;
  /** Of a broadcast, reduce, gather or scatter: what the file says, or the GPU that it shows to be one; else 0. */
  readonly root: number;
  /** In blocks of one byte: see {@link withBlockBytes}. */
  readonly program: StepProgram;
  readonly protocol: string;
  /** Ignored parts of the file and unchecked claims. */
  readonly notes: readonly string[];
}

export interface ReadMscclOptions {
  /**
   * Whether messages take the links that the file names, in its order: those of the network
   * it was written for, by number. Default false: the network's own routes.
   */
  readonly keepsLinks?: boolean;
}

const schema = keys({
  text: v.string('text'),
  file: v.string('the name of a file'),
  options: keys({ keepsLinks: v.optional(v.boolean('true or false'), false) }),
});

/**
 * Reads a schedule in MSCCL's XML format and checks that it computes what it claims.
 *
 * A thread block does one thing after the other: a step begins when the previous one has
 * ended. A send ends when its message has arrived, or at once if the file says `sends="issued"`. A step
 * reduces or forwards data only when it has received them completely, whereas MSCCL cuts them into slices and overlaps these.
 *
 * @param file - its name, for messages.
 * @throws ConfigError with lines of the file: it is not XML, something is missing, thread blocks
 * wait for each other, steps read chunks before they are written, or the result is not what it claims.
 */
export function readMsccl(text: string, file = '', options: ReadMscclOptions = {}): MscclSchedule {
  const { keepsLinks } = parse(schema, { text, file, options }).options;
  const algorithm = readMscclAlgorithm(text, file);
  const { program, nameOf, cellName } = lower(algorithm, keepsLinks);
  const { name, collective, root, protocol, notes } = algorithm;
  const issues = verify(program, collective, {
    step: nameOf,
    cell: cellName,
    ...(root === 0 ? {} : { root }),
  });
  if (issues.length > 0) {
    throw new ConfigError(
      issues.map((issue) => ({
        ...issue,
        path: issue.path.startsWith(inFile(file)) ? issue.path : `${inFile(file)}${issue.path}`,
      })),
    );
  }
  return { name, collective, root, program, protocol, notes };
}
