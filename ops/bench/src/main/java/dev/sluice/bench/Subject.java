package dev.sluice.bench;

/** One contender of a scenario. */
interface Subject {

  /** As it stands in the output: {@code raw}, {@code sluice}, or a peer's name. */
  String name();

  /** Runs one round, on a queue of its own, and audits it. */
  Round run(int round) throws Exception;
}
