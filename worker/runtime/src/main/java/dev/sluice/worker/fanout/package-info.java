/**
 * Writing one thing to many recipients, as a long task.
 *
 * <p>User code says who the recipients are ({@link dev.sluice.worker.fanout.Recipients}, a page of
 * ids along an index) and how a chunk of them is written: outside of the database, where a crash
 * may repeat a chunk, or in the transaction that moves the fan-out on, once for each recipient:
 *
 * <pre>{@code
 * FanOut.inserting(
 *         NOTIFY, dataSource, new Members(), new NoticeInserter(), FanOutOptions.DEFAULTS,
 *         InstantSource.system())
 *     .whenDone(NOTIFIED, notice -> notice)
 *     .register(worker, dataSource);
 * producer.enqueue(NOTIFY, new Notice(7, "We meet on Friday"));
 * }</pre>
 *
 * <p>The worker must also consume the queue of the continuations, {@code fanout} unless the options
 * say otherwise; it is best shared with no first-hand task.
 *
 * <p>The page of a chunk is read when the chunk's turn has come, and no sooner: what is read ahead
 * grows old, and a recipient who left meanwhile would be written to. Nor would it be faster: with
 * four lanes one reads while the others write (measured on two cores with 1 million recipients: the
 * same rate with and without, within the noise, for an eighth more processor time).
 */
@NullMarked
package dev.sluice.worker.fanout;

import org.jspecify.annotations.NullMarked;
