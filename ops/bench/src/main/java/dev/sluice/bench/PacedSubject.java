package dev.sluice.bench;

/** One contender of a scenario at a fixed rate. */
interface PacedSubject {

  /** As it stands in the output. */
  String name();

  /** Runs one round and audits it. */
  PacedRound run(int round) throws Exception;
}
