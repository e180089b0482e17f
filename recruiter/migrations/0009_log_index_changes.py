"""Log each change of a document or of an engagement, whoever makes it.

Triggers, because a search index must not miss the change that somebody makes by hand. A
statement that changes thousands of rows costs one insert.
"""

from django.db import migrations

LOG_DOCUMENTS = """
CREATE FUNCTION rsc_log_documents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO recruiter_indexchange (transaction, member_id)
    SELECT pg_current_xact_id()::text::bigint, member_id FROM changed;
    RETURN NULL;
END $$;
CREATE TRIGGER rsc_document_added AFTER INSERT ON recruiter_memberdocument
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION rsc_log_documents();
CREATE TRIGGER rsc_document_changed AFTER UPDATE ON recruiter_memberdocument
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION rsc_log_documents();
CREATE TRIGGER rsc_document_gone AFTER DELETE ON recruiter_memberdocument
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION rsc_log_documents();
"""
FORGET_DOCUMENTS = """
DROP TRIGGER rsc_document_added ON recruiter_memberdocument;
DROP TRIGGER rsc_document_changed ON recruiter_memberdocument;
DROP TRIGGER rsc_document_gone ON recruiter_memberdocument;
DROP FUNCTION rsc_log_documents();
"""

# Per row: an engagement that moves to another company is a change for both.
LOG_ENGAGEMENTS = """
CREATE FUNCTION rsc_log_engagement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO recruiter_indexchange (transaction, member_id, company_id)
        VALUES (pg_current_xact_id()::text::bigint, OLD.member_id, OLD.company_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO recruiter_indexchange (transaction, member_id, company_id)
        VALUES (pg_current_xact_id()::text::bigint, NEW.member_id, NEW.company_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER rsc_engagement_changed AFTER INSERT OR UPDATE OR DELETE
    ON recruiter_brandengagement FOR EACH ROW EXECUTE FUNCTION rsc_log_engagement();
"""
FORGET_ENGAGEMENTS = """
DROP TRIGGER rsc_engagement_changed ON recruiter_brandengagement;
DROP FUNCTION rsc_log_engagement();
"""


class Migration(migrations.Migration):
    dependencies = [("recruiter", "0008_index_changes")]

    operations = [
        migrations.RunSQL(LOG_DOCUMENTS, FORGET_DOCUMENTS),
        migrations.RunSQL(LOG_ENGAGEMENTS, FORGET_ENGAGEMENTS),
    ]
