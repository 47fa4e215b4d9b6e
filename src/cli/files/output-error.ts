import { printable } from '../../base/errors.js';

/** Results cannot be written. The process ends with {@link EXIT}.output and this message, which names the file. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
  /** The file, as the user wrote it. */
  readonly path: string;

  private readonly reason: string;

  /** @param advice - what is left of the output, and how to go on. */
  constructor(path: string, reason: string, advice = '') {
    super(printable(`${path}: cannot be written: ${reason}${advice === '' ? '' : `; ${advice}`}`));
    this.path = path;
    this.reason = reason;
  }

  with(advice: string): OutputError {
    return new OutputError(this.path, this.reason, advice);
  }
}

/** Runs something that writes; when it fails, says which file it was about. */
export function writing<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (error instanceof OutputError) throw error;
    throw new OutputError(path, error instanceof Error ? error.message : String(error));
  }
}
