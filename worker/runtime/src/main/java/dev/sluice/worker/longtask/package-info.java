/**
 * Long tasks, cut into fenced steps that can stop and go on anywhere.
 *
 * <p>User code says how the work is cut into lanes and what the next step of a lane is ({@link
 * dev.sluice.worker.longtask.LongTask}); here the words of every document are counted, a hundred
 * documents a step:
 *
 * <pre>{@code
 * final class Reindex implements LongTask<Reindex.Payload> {
 *   public Plan plan(Payload payload, Connection connection) {
 *     return new Plan(List.of(new Slice(null, "5000"), new Slice("5000", null)), null);
 *   }
 *
 *   public Step step(Payload payload, Slice slice) throws SQLException {
 *     List<Document> page = documents.page(slice.after(), slice.upTo(), 100);
 *     return page.isEmpty()
 *         ? Step.last(0)
 *         : Step.upTo(page.get(page.size() - 1).id(), page.size())
 *             .with(connection -> documents.writeWords(connection, page));
 *   }
 * }
 *
 * LongTaskKind.of(REINDEX, new Reindex(), LongTaskOptions.DEFAULTS, InstantSource.system())
 *     .whenDone(REINDEXED, payload -> new Reindexed())
 *     .register(worker, dataSource);
 * producer.enqueue(REINDEX, new Reindex.Payload());
 * }</pre>
 *
 * <p>The worker must also consume the queue of the steps, {@code steps} unless the options say
 * otherwise. {@link dev.sluice.worker.longtask.LongTasks} tells how far each is, pauses, resumes,
 * cancels and rescues. A step's {@link dev.sluice.worker.longtask.Step#with writes} to the worker's
 * database are applied once; what it does elsewhere may be repeated by a crash, one step of each
 * lane.
 */
@NullMarked
package dev.sluice.worker.longtask;

import org.jspecify.annotations.NullMarked;
