package dev.sluice.bench;

import dev.sluice.bench.effects.EffectTables;
import dev.sluice.bench.peers.Celery;
import dev.sluice.bench.peers.Contender;
import dev.sluice.bench.peers.DbSchedulerPeer;
import dev.sluice.bench.peers.JobRunrPeer;
import dev.sluice.bench.peers.SpringAmqp;
import dev.sluice.database.DatabaseOptions;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A full queue is written to the database, each task effectively once. */
record WriteScenario(
    BenchRig rig,
    EffectTables tables,
    DatabaseOptions database,
    Path folder,
    long tasks,
    long few) {
  private static final double OF_RAW = 0.5;
  private static final long A_SECOND = 20_000;

  /** Every subject, those peers that are not there left out. */
  Scenario create(SubjectChoice choice) throws SQLException {
    tables.create();
    List<String> remarks = new ArrayList<>();
    remarks.add(
        "%,d tasks a round, each a row of the inbox and one of %d letters; payload the same"
            .formatted(tasks, WriteRow.TEXT.length()));
    remarks.add("database: " + new OutboxTable(tables.dataSource()).server());
    remarks.add("from the first rows that are seen in the table to the last");
    remarks.add(
        "raw: amqp-client and JDBC, the same messages, prefetch %d, batches of %d, one transaction"
                .formatted(RawWriter.PREFETCH, RawWriter.BATCH)
            + " and one ack each");
    List<Subject> subjects = new ArrayList<>();
    subjects.add(fromQueue("raw", tasks, this::raw));
    remarks.add("slow peers get %,d tasks a round".formatted(few));
    addPeers(choice, subjects, remarks);
    subjects.add(fromQueue("sluice", tasks, (queue, count) -> SluiceWriter.of(rig, queue, tables)));
    remarks.add(
        "sluice: BatchHandler, batches of %d or %d ms, concurrency %d, prefetch %d"
            .formatted(
                SluiceWriter.BATCH.size(),
                SluiceWriter.BATCH.linger().toMillis(),
                SluiceWriter.CONCURRENCY,
                SluiceWriter.PREFETCH));
    return new Scenario(
        "write",
        "tasks/s",
        Target.ratioAndRate(OF_RAW, A_SECOND),
        subjects,
        remarks,
        Map.of("batch", SluiceWriter.BATCH.size()));
  }

  private void addPeers(SubjectChoice choice, List<Subject> subjects, List<String> remarks) {
    if (choice.has(SpringAmqp.NAME)) {
      subjects.add(
          fromQueue(
              SpringAmqp.NAME,
              tasks,
              (queue, count) -> SpringAmqp.writing(rig.url(), queue, tables)));
      remarks.add(SpringAmqp.WRITING);
    }
    if (choice.has(JobRunrPeer.NAME)) {
      subjects.add(
          slow(
              JobRunrPeer.NAME,
              (queue, count) -> JobRunrPeer.holding(tables, count, WriteRow.TEXT)));
      remarks.add(JobRunrPeer.SETTINGS);
    }
    if (choice.has(DbSchedulerPeer.NAME)) {
      subjects.add(
          slow(
              DbSchedulerPeer.NAME,
              (queue, count) -> DbSchedulerPeer.holding(tables, count, WriteRow.TEXT)));
      remarks.add(DbSchedulerPeer.SETTINGS);
    }
    if (choice.has(Celery.NAME)) {
      addCelery(new Celery(rig.url(), folder), subjects, remarks);
    }
  }

  private void addCelery(Celery celery, List<Subject> subjects, List<String> remarks) {
    String missing = celery.missingForWriting();
    if (missing != null) {
      remarks.add("celery: left out, " + missing);
      return;
    }
    subjects.add(
        slow(
            Celery.NAME,
            (queue, count) -> {
              rig.fillClassic(queue, count);
              return celery.writing(queue, database);
            }));
    remarks.add(celery.settings() + "; each task inserts both rows in a transaction");
  }

  private WriteSubject slow(String name, WriteSubject.Preparation preparation) {
    return new WriteSubject(name, rig, tables, few, preparation);
  }

  private Contender raw(String queue, long count) throws Exception {
    return new RawWriter(
        rig.url(), new RawWriter.Plan(queue, 1, RawWriter.BATCH, count, tables::apply));
  }

  private WriteSubject fromQueue(String name, long count, WriteSubject.Preparation preparation) {
    return new WriteSubject(
        name,
        rig,
        tables,
        count,
        (queue, number) -> {
          rig.fillWrites(queue, number);
          return preparation.prepare(queue, number);
        });
  }
}
