-- The tables of mysql/V4__keys.sql for H2 in MySQL mode.

CREATE TABLE IF NOT EXISTS sluice_key (
  id BINARY(32) NOT NULL,
  task VARCHAR(255) NOT NULL,
  ticket BINARY(16) NOT NULL,
  confirmed BOOLEAN NOT NULL,
  fingerprint BINARY(32) NOT NULL,
  since DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id)
);

CREATE INDEX IF NOT EXISTS sluice_key_expires ON sluice_key (expires_at);

CREATE TABLE IF NOT EXISTS sluice_generation (
  id BINARY(32) NOT NULL,
  generation BIGINT NOT NULL,
  task VARCHAR(255) NOT NULL,
  settled INT NOT NULL,
  keep_until DATETIME(3) NOT NULL,
  PRIMARY KEY (id)
);

CREATE INDEX IF NOT EXISTS sluice_generation_keep ON sluice_generation (keep_until);
