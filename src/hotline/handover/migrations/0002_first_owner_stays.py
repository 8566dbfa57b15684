"""Who took a problem in first stays its first owner, whoever asks (D2.6)."""

from django.db import migrations

KEEP = """
CREATE FUNCTION handover_first_owner_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the first owner of a case never changes' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER handover_first_owner_stays BEFORE UPDATE OF first_owner_id ON cases_case
    FOR EACH ROW WHEN (OLD.first_owner_id IS NOT NULL AND NEW.first_owner_id IS DISTINCT FROM OLD.first_owner_id)
    EXECUTE FUNCTION handover_first_owner_stays();
"""
LET_GO = """
DROP TRIGGER handover_first_owner_stays ON cases_case;
DROP FUNCTION handover_first_owner_stays();
"""


class Migration(migrations.Migration):

    dependencies = [("cases", "0001_initial"), ("handover", "0001_initial")]
    operations = [migrations.RunSQL(KEEP, LET_GO)]
