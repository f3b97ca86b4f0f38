ALTER TABLE sluice_post ADD COLUMN IF NOT EXISTS deleted_at DATETIME(3) NULL;
CREATE INDEX IF NOT EXISTS sluice_post_by_time ON sluice_post (author, created_at);

ALTER TABLE sluice_follow ADD COLUMN IF NOT EXISTS active BOOLEAN DEFAULT TRUE NOT NULL;
ALTER TABLE sluice_follow ADD COLUMN IF NOT EXISTS version BIGINT DEFAULT 0 NOT NULL;
CREATE INDEX IF NOT EXISTS sluice_follow_by_follower ON sluice_follow (follower, active, author);

CREATE TABLE IF NOT EXISTS sluice_user (
  id BIGINT NOT NULL,
  followers BIGINT DEFAULT 0 NOT NULL,
  following BIGINT DEFAULT 0 NOT NULL,
  posts BIGINT DEFAULT 0 NOT NULL,
  merged BOOLEAN DEFAULT FALSE NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS sluice_user_by_merged ON sluice_user (merged);

-- Of what is there already. A migration that runs again leaves the rows that it finds.
INSERT IGNORE INTO sluice_user (id, followers, following, posts)
SELECT id, SUM(followers), SUM(following), SUM(posts) FROM (
  SELECT author AS id, COUNT(*) AS followers, 0 AS following, 0 AS posts
  FROM sluice_follow GROUP BY author
  UNION ALL
  SELECT follower, 0, COUNT(*), 0 FROM sluice_follow GROUP BY follower
  UNION ALL
  SELECT author, 0, 0, COUNT(*) FROM sluice_post GROUP BY author
) counted GROUP BY id;

CREATE TABLE IF NOT EXISTS sluice_counter_correction (
  n BIGINT NOT NULL AUTO_INCREMENT,
  recount CHAR(36) NOT NULL,
  user_id BIGINT NOT NULL,
  counter VARCHAR(20) NOT NULL,
  was BIGINT NOT NULL,
  is_now BIGINT NOT NULL,
  at DATETIME(3) NOT NULL,
  PRIMARY KEY (n)
);

CREATE INDEX IF NOT EXISTS sluice_counter_correction_recount
  ON sluice_counter_correction (recount, counter);

DROP TABLE IF EXISTS sluice_fan_out_lane;
DROP TABLE IF EXISTS sluice_fan_out;
