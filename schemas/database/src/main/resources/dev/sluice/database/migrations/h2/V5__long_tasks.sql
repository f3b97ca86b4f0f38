CREATE TABLE IF NOT EXISTS sluice_long_task (
  id CHAR(36) NOT NULL,
  name VARCHAR(255) NOT NULL,
  queue VARCHAR(255) NOT NULL,
  payload MEDIUMBLOB NOT NULL,
  state VARCHAR(20) NOT NULL,
  total BIGINT NULL,
  lanes INT NOT NULL,
  lanes_done INT NOT NULL,
  started_at DATETIME(3) NOT NULL,
  ended_at DATETIME(3) NULL,
  PRIMARY KEY (id)
);

CREATE INDEX IF NOT EXISTS sluice_long_task_ended ON sluice_long_task (ended_at, started_at);

CREATE TABLE IF NOT EXISTS sluice_long_task_lane (
  long_task CHAR(36) NOT NULL,
  lane INT NOT NULL,
  position VARCHAR(255) NULL,
  up_to VARCHAR(255) NULL,
  step INT NOT NULL,
  epoch INT NOT NULL,
  done BOOLEAN NOT NULL,
  units BIGINT NOT NULL,
  rate DOUBLE NOT NULL,
  moved_at DATETIME(3) NOT NULL,
  expected_at DATETIME(3) NOT NULL,
  rescues INT NOT NULL,
  PRIMARY KEY (long_task, lane)
);
