-- A long task that a firing of a job started ends that firing; `firing` is JOB@INSTANT.
SET @change = (
  SELECT IF(COUNT(*) > 0, 'DO 0',
    'ALTER TABLE sluice_long_task ADD COLUMN firing VARCHAR(255) NULL')
  FROM information_schema.columns
  WHERE table_schema = DATABASE() AND table_name = 'sluice_long_task' AND column_name = 'firing');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

-- How often a message that was set aside was released by the sweep.
SET @change = (
  SELECT IF(COUNT(*) > 0, 'DO 0',
    'ALTER TABLE sluice_outbox ADD COLUMN sweeps INT NOT NULL DEFAULT 0')
  FROM information_schema.columns
  WHERE table_schema = DATABASE() AND table_name = 'sluice_outbox' AND column_name = 'sweeps');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;
