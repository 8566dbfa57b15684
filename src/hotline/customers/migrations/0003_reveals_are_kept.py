"""The log of reveals is added to and nothing else, whoever asks (A3.6)."""

from django.db import migrations

KEEP = """
CREATE FUNCTION customers_reveal_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log of reveals is never changed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER customers_reveal_kept BEFORE UPDATE OR DELETE ON customers_reveal
    FOR EACH ROW EXECUTE FUNCTION customers_reveal_kept();
"""
LET_GO = """
DROP TRIGGER customers_reveal_kept ON customers_reveal;
DROP FUNCTION customers_reveal_kept();
"""


class Migration(migrations.Migration):

    dependencies = [("customers", "0002_search")]
    operations = [migrations.RunSQL(KEEP, LET_GO)]
