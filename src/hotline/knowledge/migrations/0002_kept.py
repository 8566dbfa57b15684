"""What was published is kept as it was, whoever asks; no article and no version is ever deleted (A3.1)."""

from django.db import migrations

KEEP = """
CREATE FUNCTION knowledge_version_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'versions of articles are never deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.published_at IS NOT NULL AND (
        NEW.title, NEW.body, NEW.keywords, NEW.codes, NEW.departments, NEW.links, NEW.article_id, NEW.seq,
        NEW.author_id, NEW.approved_by_id, NEW.published_at
    ) IS DISTINCT FROM (
        OLD.title, OLD.body, OLD.keywords, OLD.codes, OLD.departments, OLD.links, OLD.article_id, OLD.seq,
        OLD.author_id, OLD.approved_by_id, OLD.published_at
    ) THEN
        RAISE EXCEPTION 'what was published is never changed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER knowledge_version_kept BEFORE UPDATE OR DELETE ON knowledge_version
    FOR EACH ROW EXECUTE FUNCTION knowledge_version_kept();
"""
LET_GO = """
DROP TRIGGER knowledge_version_kept ON knowledge_version;
DROP FUNCTION knowledge_version_kept();
"""


class Migration(migrations.Migration):

    dependencies = [("knowledge", "0001_initial")]
    operations = [migrations.RunSQL(KEEP, LET_GO)]
