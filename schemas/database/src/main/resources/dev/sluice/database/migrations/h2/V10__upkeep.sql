-- The changes of mysql/V12__upkeep.sql for H2 in MySQL mode.

ALTER TABLE sluice_long_task ADD COLUMN IF NOT EXISTS firing VARCHAR(255) NULL;
ALTER TABLE sluice_outbox ADD COLUMN IF NOT EXISTS sweeps INT DEFAULT 0 NOT NULL;
