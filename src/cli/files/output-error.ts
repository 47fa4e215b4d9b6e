import { printable } from '../../base/errors.js';

/** A failed write. The process ends with {@link EXIT}.output and this message, which names the file. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
  /** The file, as the user wrote it. */
  readonly path: string;

  private readonly reason: string;

  /** @param advice - what remains of the output, and how to continue. */
  constructor(path: string, reason: string, advice = '') {
    super(printable(`${path}: cannot be written: ${reason}${advice === '' ? '' : `; ${advice}`}`));
    this.path = path;
    this.reason = reason;
  }

  with(advice: string): OutputError {
    return new OutputError(this.path, this.reason, advice);
  }
}

/** Runs a function that writes; if it fails, names the file. */
export function writing<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (error instanceof OutputError) throw error;
    throw new OutputError(path, error instanceof Error ? error.message : String(error));
  }
}
