/** A file or directory of the run's artifacts that cannot be made or written. */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
}

/** A command line, or a file named on it, that cannot be used. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
