-- Every statement may run again: MySQL commits after each one, so a crash leaves the first few.

-- Who holds which key. `id` is the SHA-256 of its name; `ticket` tells the enqueue that took it.
CREATE TABLE IF NOT EXISTS sluice_key (
  id BINARY(32) NOT NULL,
  task VARCHAR(255) NOT NULL,
  ticket BINARY(16) NOT NULL,
  confirmed BOOLEAN NOT NULL,
  fingerprint BINARY(32) NOT NULL,
  since DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  INDEX sluice_key_expires (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The newest of the tasks that replaced each other. Rows stay while an older message may live, so
-- that a generation never goes back.
CREATE TABLE IF NOT EXISTS sluice_generation (
  id BINARY(32) NOT NULL,
  generation BIGINT NOT NULL,
  task VARCHAR(255) NOT NULL,
  settled INT NOT NULL,
  keep_until DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  INDEX sluice_generation_keep (keep_until)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
