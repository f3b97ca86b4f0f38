-- Every statement may run again: MySQL commits after each one, so a crash leaves the first few.

-- Ids of tasks whose effect is committed (kind 0), or that were revoked (1) or discarded (2).
-- `bucket` is a function of the task id alone; days are split off from `later` as time goes by.
CREATE TABLE IF NOT EXISTS sluice_inbox (
  bucket INT NOT NULL,
  task BINARY(16) NOT NULL,
  kind TINYINT NOT NULL,
  result MEDIUMBLOB NULL,
  at DATETIME(3) NOT NULL,
  PRIMARY KEY (bucket, task)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
PARTITION BY RANGE (bucket) (
  PARTITION p0 VALUES LESS THAN (1),
  PARTITION later VALUES LESS THAN MAXVALUE
);

-- Messages to publish. What backs off has a later `not_before`, what is parked the last one there
-- is, so that the relay's range scan never meets either.
CREATE TABLE IF NOT EXISTS sluice_outbox (
  id BIGINT NOT NULL AUTO_INCREMENT,
  queue VARCHAR(255) NOT NULL,
  eta DATETIME(3) NULL,
  message LONGBLOB NOT NULL,
  created_at DATETIME(3) NOT NULL,
  failures INT NOT NULL DEFAULT 0,
  strikes INT NOT NULL DEFAULT 0,
  failing_since DATETIME(3) NULL,
  not_before DATETIME(3) NOT NULL,
  parked_reason VARCHAR(1000) NULL,
  PRIMARY KEY (id),
  INDEX sluice_outbox_due (not_before, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- How often a redelivered task was started and not settled: the worker died, or lost it.
CREATE TABLE IF NOT EXISTS sluice_attempt_mark (
  task BINARY(16) NOT NULL,
  marks INT NOT NULL,
  at DATETIME(3) NOT NULL,
  PRIMARY KEY (task)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Dead tasks; `task_key` is the SHA-256 of the task id, or of queue and bytes of what is no task.
CREATE TABLE IF NOT EXISTS sluice_dead_task (
  id BIGINT NOT NULL AUTO_INCREMENT,
  task_key BINARY(32) NOT NULL,
  redrive INT NOT NULL,
  task_id VARCHAR(255) NULL,
  task_name VARCHAR(255) NULL,
  queue VARCHAR(255) NOT NULL,
  reason VARCHAR(40) NOT NULL,
  detail VARCHAR(2000) NOT NULL,
  exception VARCHAR(255) NULL,
  stack TEXT NULL,
  transient BOOLEAN NOT NULL,
  attempts INT NOT NULL,
  worker VARCHAR(255) NULL,
  dead_at DATETIME(3) NOT NULL,
  state VARCHAR(20) NOT NULL,
  state_at DATETIME(3) NOT NULL,
  auto_redrives INT NOT NULL DEFAULT 0,
  message LONGBLOB NOT NULL,
  clipped BOOLEAN NOT NULL,
  PRIMARY KEY (id),
  UNIQUE INDEX sluice_dead_task_key (task_key, redrive),
  INDEX sluice_dead_task_state (state, dead_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
