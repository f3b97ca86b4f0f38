-- MySQL cannot add a column that may be there already, and a migration that broke off runs again:
-- each table is changed by one statement, which is left out once its column is there.

-- A post that was deleted keeps its row, without its text, so that no copy of it can rise again.
SET @change = (
  SELECT IF(COUNT(*) > 0, 'DO 0', CONCAT(
    'ALTER TABLE sluice_post ADD COLUMN deleted_at DATETIME(3) NULL,',
    ' ADD INDEX sluice_post_by_time (author, created_at)'))
  FROM information_schema.columns
  WHERE table_schema = DATABASE() AND table_name = 'sluice_post' AND column_name = 'deleted_at');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

-- An edge that has ended keeps its row, so that an older one that comes late changes nothing.
-- `version` is the time of the change in milliseconds, doubled, plus one for an end.
SET @change = (
  SELECT IF(COUNT(*) > 0, 'DO 0', CONCAT(
    'ALTER TABLE sluice_follow ADD COLUMN active BOOLEAN NOT NULL DEFAULT TRUE,',
    ' ADD COLUMN version BIGINT NOT NULL DEFAULT 0,',
    ' ADD INDEX sluice_follow_by_follower (follower, active, author)'))
  FROM information_schema.columns
  WHERE table_schema = DATABASE() AND table_name = 'sluice_follow' AND column_name = 'version');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

-- What is counted of a user, in the transaction that changes it. `merged` once the posts are
-- merged at read time and not fanned out any more.
CREATE TABLE IF NOT EXISTS sluice_user (
  id BIGINT NOT NULL,
  followers BIGINT NOT NULL DEFAULT 0,
  following BIGINT NOT NULL DEFAULT 0,
  posts BIGINT NOT NULL DEFAULT 0,
  merged BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (id),
  INDEX sluice_user_by_merged (merged)
) ENGINE = InnoDB;

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

-- Counters that were found wrong, by the long task that found them.
CREATE TABLE IF NOT EXISTS sluice_counter_correction (
  n BIGINT NOT NULL AUTO_INCREMENT,
  recount CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id BIGINT NOT NULL,
  counter VARCHAR(20) CHARACTER SET ascii NOT NULL,
  was BIGINT NOT NULL,
  is_now BIGINT NOT NULL,
  at DATETIME(3) NOT NULL,
  PRIMARY KEY (n),
  INDEX sluice_counter_correction_recount (recount, counter)
) ENGINE = InnoDB;

-- Fan-outs are long tasks now.
DROP TABLE IF EXISTS sluice_fan_out_lane;
DROP TABLE IF EXISTS sluice_fan_out;
