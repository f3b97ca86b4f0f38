CREATE TABLE IF NOT EXISTS sluice_post (
  id BIGINT NOT NULL,
  author BIGINT NOT NULL,
  created_at DATETIME(3) NOT NULL,
  text VARCHAR(1000) NOT NULL,
  PRIMARY KEY (id)
);

CREATE INDEX IF NOT EXISTS sluice_post_by_author ON sluice_post (author, id);

CREATE TABLE IF NOT EXISTS sluice_follow (
  author BIGINT NOT NULL,
  follower BIGINT NOT NULL,
  PRIMARY KEY (author, follower)
);

CREATE TABLE IF NOT EXISTS sluice_fan_out (
  id CHAR(36) NOT NULL,
  post BIGINT NOT NULL,
  author BIGINT NOT NULL,
  post_created_at DATETIME(3) NOT NULL,
  lanes INT NOT NULL,
  lanes_done INT NOT NULL,
  created_at DATETIME(3) NOT NULL,
  done_at DATETIME(3) NULL,
  PRIMARY KEY (id)
);

CREATE TABLE IF NOT EXISTS sluice_fan_out_lane (
  fan_out CHAR(36) NOT NULL,
  lane INT NOT NULL,
  lo BIGINT NOT NULL,
  hi BIGINT NOT NULL,
  last_follower BIGINT NOT NULL,
  chunk INT NOT NULL,
  epoch INT NOT NULL,
  done BOOLEAN NOT NULL,
  written BIGINT NOT NULL,
  PRIMARY KEY (fan_out, lane)
);
