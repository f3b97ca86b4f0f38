-- The tables of mysql/V8__jobs.sql for H2 in MySQL mode, without partitions.

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
);

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
  PRIMARY KEY (job, fire_time)
);

CREATE INDEX IF NOT EXISTS sluice_job_firing_state ON sluice_job_firing (state, job, fire_time);
CREATE INDEX IF NOT EXISTS sluice_job_firing_running ON sluice_job_firing (state, job, enqueued_at);

INSERT IGNORE INTO sluice_job_firing (job, fire_time, origin, state, task_id, fired_at, enqueued_at)
SELECT job, fire_time, 'due', 'unknown', task_id, created_at, created_at FROM sluice_firing;
