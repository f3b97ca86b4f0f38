package dev.sluice.settings;

import java.util.Optional;

/**
 * Section {@code database}: where effects, inbox, outbox and dead tasks are kept.
 *
 * @param url {@code jdbc:mysql:} or {@code jdbc:h2:}
 * @param replicaUrl a copy that the posts of timelines are read from first; empty for none
 * @param user the database user; empty when the URL names it
 * @param password its password; empty when the URL holds it
 * @param poolSize most connections that one process opens
 * @param ceiling rows that a worker, or all of them, may write in a second; empty for no ceiling
 * @param ceilingScope whether the ceiling is each worker's own or that of all together
 * @param adaptive whether fewer transactions run at a time while they take longer than usual
 */
public record DatabaseSettings(
    Optional<MaskedUrl> url,
    Optional<MaskedUrl> replicaUrl,
    String user,
    Secret password,
    int poolSize,
    Optional<Long> ceiling,
    Scope ceilingScope,
    boolean adaptive) {

  /** Whose rows a ceiling counts. */
  public enum Scope {
    LOCAL,
    GLOBAL
  }
}
