-- The tables of mysql/V1__core.sql for H2 in MySQL mode, without partitions.

CREATE TABLE IF NOT EXISTS sluice_inbox (
  bucket INT NOT NULL,
  task BINARY(16) NOT NULL,
  kind TINYINT NOT NULL,
  result MEDIUMBLOB NULL,
  at DATETIME(3) NOT NULL,
  PRIMARY KEY (bucket, task)
);

CREATE TABLE IF NOT EXISTS sluice_outbox (
  id BIGINT NOT NULL AUTO_INCREMENT,
  queue VARCHAR(255) NOT NULL,
  eta DATETIME(3) NULL,
  message LONGBLOB NOT NULL,
  created_at DATETIME(3) NOT NULL,
  failures INT DEFAULT 0 NOT NULL,
  strikes INT DEFAULT 0 NOT NULL,
  failing_since DATETIME(3) NULL,
  not_before DATETIME(3) NOT NULL,
  parked_reason VARCHAR(1000) NULL,
  PRIMARY KEY (id)
);

CREATE INDEX IF NOT EXISTS sluice_outbox_due ON sluice_outbox (not_before, id);

CREATE TABLE IF NOT EXISTS sluice_attempt_mark (
  task BINARY(16) NOT NULL,
  marks INT NOT NULL,
  at DATETIME(3) NOT NULL,
  PRIMARY KEY (task)
);

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
  auto_redrives INT DEFAULT 0 NOT NULL,
  message LONGBLOB NOT NULL,
  clipped BOOLEAN NOT NULL,
  PRIMARY KEY (id)
);

CREATE UNIQUE INDEX IF NOT EXISTS sluice_dead_task_key ON sluice_dead_task (task_key, redrive);

CREATE INDEX IF NOT EXISTS sluice_dead_task_state ON sluice_dead_task (state, dead_at);
