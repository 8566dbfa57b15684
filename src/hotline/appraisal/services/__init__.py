"""Every write of the appraisal."""
