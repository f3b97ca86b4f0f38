package dev.sluice.worker.longtask;

import java.sql.Connection;

/**
 * User code for work that is too long for one attempt. It is planned once, as lanes that go side by
 * side, and each lane is done in steps, one message each. Between two steps it may be paused,
 * resumed or cancelled, the worker may stop, or another may go on.
 *
 * <p>Threading: called by as many threads as there are lanes at work.
 *
 * @param <P> the payload
 */
public interface LongTask<P extends Record> {

  /**
   * Cuts the work into lanes. Runs in the transaction that starts the long task; what it writes
   * there commits with it.
   *
   * @throws NotNow to start it later
   */
  Plan plan(P payload, Connection connection) throws Exception;

  /**
   * Does the next step of a lane. A crash, a lost connection or a doubled message may repeat a step
   * from the same position, so what it does must be harmless to repeat, or be a {@link Step#with
   * write} that commits together with the new position. Aim at 50 to 200 ms.
   *
   * @param slice what is left of the lane
   * @throws NotNow to do the step again later
   */
  Step step(P payload, Slice slice) throws Exception;

  /**
   * How one of them runs, where that depends on its payload: its rate and the units that a step
   * asks for. Steps of all that run in a process share its time.
   *
   * @param ofKind what its kind was registered with
   */
  default LongTaskOptions pace(P payload, LongTaskOptions ofKind) {
    return ofKind;
  }
}
