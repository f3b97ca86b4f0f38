-- Who is the active consumer of a partition queue: whoever gets a first message from it on a new
-- channel raises `term`, and what is written in an older one is refused.
CREATE TABLE IF NOT EXISTS sluice_order_partition (
  queue VARCHAR(255) NOT NULL,
  term BIGINT NOT NULL,
  PRIMARY KEY (queue)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Order keys whose next task has started and is not settled: it waits for its retry, or was sent by
-- the outbox. `id` is the SHA-256 of partition queue and key. A key without a row is free.
CREATE TABLE IF NOT EXISTS sluice_order_holder (
  id BINARY(32) NOT NULL,
  queue VARCHAR(255) NOT NULL,
  order_key VARCHAR(255) NOT NULL,
  task VARCHAR(255) NOT NULL,
  since DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  INDEX sluice_order_holder_queue (queue, since)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Its successors, in the order of `n`. `task` is the SHA-256 of the task id.
CREATE TABLE IF NOT EXISTS sluice_order_waiting (
  n BIGINT NOT NULL AUTO_INCREMENT,
  id BINARY(32) NOT NULL,
  task BINARY(32) NOT NULL,
  task_id VARCHAR(255) NOT NULL,
  message LONGBLOB NOT NULL,
  since DATETIME(3) NOT NULL,
  PRIMARY KEY (n),
  UNIQUE INDEX sluice_order_waiting_task (id, task),
  INDEX sluice_order_waiting_next (id, n)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
