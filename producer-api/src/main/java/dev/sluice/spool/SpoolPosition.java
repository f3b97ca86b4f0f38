package dev.sluice.spool;

/**
 * A place in the spool: just behind a record.
 *
 * @param sequence of the record; all up to it lie before this place
 * @param segment number of the segment that the record was read from
 * @param offset where the record ends in it
 */
record SpoolPosition(long sequence, long segment, long offset) {

  /** Before everything. */
  static final SpoolPosition START = new SpoolPosition(0, 0, 0);
}
