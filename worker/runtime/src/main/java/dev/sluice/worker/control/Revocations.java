package dev.sluice.worker.control;

import java.util.Collection;

/** Where revocations are kept beyond the life of a worker. */
@FunctionalInterface
interface Revocations {

  /** Nowhere: the worker has no database and remembers them itself, as long as it lives. */
  Revocations NONE = ids -> {};

  /** Records that these tasks must not be applied; when this returns, they are on disk. */
  void record(Collection<String> ids) throws Exception;
}
