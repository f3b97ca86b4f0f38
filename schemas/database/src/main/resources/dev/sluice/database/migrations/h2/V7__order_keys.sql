-- The tables of mysql/V7__order_keys.sql for H2 in MySQL mode.

CREATE TABLE IF NOT EXISTS sluice_order_partition (
  queue VARCHAR(255) NOT NULL,
  term BIGINT NOT NULL,
  PRIMARY KEY (queue)
);

CREATE TABLE IF NOT EXISTS sluice_order_holder (
  id BINARY(32) NOT NULL,
  queue VARCHAR(255) NOT NULL,
  order_key VARCHAR(255) NOT NULL,
  task VARCHAR(255) NOT NULL,
  since DATETIME(3) NOT NULL,
  PRIMARY KEY (id)
);

CREATE INDEX IF NOT EXISTS sluice_order_holder_queue ON sluice_order_holder (queue, since);

CREATE TABLE IF NOT EXISTS sluice_order_waiting (
  n BIGINT NOT NULL AUTO_INCREMENT,
  id BINARY(32) NOT NULL,
  task BINARY(32) NOT NULL,
  task_id VARCHAR(255) NOT NULL,
  message LONGBLOB NOT NULL,
  since DATETIME(3) NOT NULL,
  PRIMARY KEY (n)
);

CREATE UNIQUE INDEX IF NOT EXISTS sluice_order_waiting_task ON sluice_order_waiting (id, task);

CREATE INDEX IF NOT EXISTS sluice_order_waiting_next ON sluice_order_waiting (id, n);
