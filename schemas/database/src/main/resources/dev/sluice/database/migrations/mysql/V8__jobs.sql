-- Every statement may run again: MySQL commits after each one, so a crash leaves the first few.

-- The jobs that schedulers fire: those of their configuration, and those made at run time. `spec`
-- is JSON. `revision` rises with each change, `applied` is the one that Quartz's tables have.
-- Nothing that was due before `since` is made up for.
CREATE TABLE IF NOT EXISTS sluice_job (
  name VARCHAR(190) NOT NULL,
  source VARCHAR(20) NOT NULL,
  spec MEDIUMTEXT NOT NULL,
  paused BOOLEAN NOT NULL,
  since DATETIME(3) NOT NULL,
  revision BIGINT NOT NULL,
  applied BIGINT NOT NULL,
  changed_at DATETIME(3) NOT NULL,
  PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The ledger of firings. A row commits together with its task's outbox row; its primary key is what
-- makes one task of one firing, however many schedulers are up. `state` is queued (behind another
-- firing of its job), enqueued, skipped, or what became of the task. Days are split off from `later`
-- as time goes by.
CREATE TABLE IF NOT EXISTS sluice_job_firing (
  job VARCHAR(190) NOT NULL,
  fire_time DATETIME(3) NOT NULL,
  origin VARCHAR(20) NOT NULL,
  state VARCHAR(20) NOT NULL,
  task_id VARCHAR(255) NULL,
  fired_at DATETIME(3) NOT NULL,
  enqueued_at DATETIME(3) NULL,
  ended_at DATETIME(3) NULL,
  duration_ms BIGINT NULL,
  PRIMARY KEY (job, fire_time),
  INDEX sluice_job_firing_state (state, job, fire_time),
  INDEX sluice_job_firing_running (state, job, enqueued_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
PARTITION BY RANGE COLUMNS (fire_time) (
  PARTITION later VALUES LESS THAN (MAXVALUE)
);

-- Whether these had ended was not known then.
INSERT IGNORE INTO sluice_job_firing (job, fire_time, origin, state, task_id, fired_at, enqueued_at)
SELECT job, fire_time, 'due', 'unknown', task_id, created_at, created_at FROM sluice_firing;
