-- Long tasks. `payload` is the body of a message with the payload in it, `queue` that of the
-- continuations.
CREATE TABLE IF NOT EXISTS sluice_long_task (
  id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(255) NOT NULL,
  queue VARCHAR(255) NOT NULL,
  payload MEDIUMBLOB NOT NULL,
  state VARCHAR(20) NOT NULL,
  total BIGINT NULL,
  lanes INT NOT NULL,
  lanes_done INT NOT NULL,
  started_at DATETIME(3) NOT NULL,
  ended_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  INDEX sluice_long_task_ended (ended_at, started_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Their lanes: what is left is after `position` up to `up_to`, each null for an end of everything.
-- `rate` is in units a second over the recent past. From `expected_at` on a lane that has not moved
-- counts as stopped; a step that waits puts it off, and so does each of the `rescues` since the last
-- step.
CREATE TABLE IF NOT EXISTS sluice_long_task_lane (
  long_task CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
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
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
