-- Its rows are in sluice_job_firing.
DROP TABLE IF EXISTS sluice_firing;
