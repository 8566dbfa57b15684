import django.contrib.postgres.indexes
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='customernumber',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='customernumber',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='customernumber',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='customernumber',
            name='extension',
            field=models.CharField(blank=True, default='', max_length=6, verbose_name='extension'),
        ),
        migrations.AddField(
            model_name='customernumberhistory',
            name='extension',
            field=models.CharField(blank=True, default='', max_length=6, verbose_name='extension'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['centre', '-changed_at'], name='customers_recent'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(django.contrib.postgres.indexes.OpClass('name', 'text_pattern_ops'), name='customers_name_begins'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(django.contrib.postgres.indexes.OpClass(models.Func(models.F('name_key'), models.Value(' '), models.Value(2), function='split_part', output_field=models.TextField()), 'text_pattern_ops'), name='customers_initials'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(django.contrib.postgres.indexes.OpClass('name_key', 'text_pattern_ops'), django.contrib.postgres.indexes.OpClass('address', 'text_pattern_ops'), name='customers_name_at'),
        ),
        migrations.AddIndex(
            model_name='customernumber',
            index=models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Reverse('e164'), 'text_pattern_ops'), name='customers_number_ends'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='customernumber',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "customers_customernumberhistory" ("customer_id", "e164", "extension", "id", "is_main", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."customer_id", NEW."e164", NEW."extension", NEW."id", NEW."is_main", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='1bba3c69112a23f0e817338d302547545078a67a', operation='INSERT', pgid='pgtrigger_insert_insert_4cc96', table='customers_customernumber', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='customernumber',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "customers_customernumberhistory" ("customer_id", "e164", "extension", "id", "is_main", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."customer_id", NEW."e164", NEW."extension", NEW."id", NEW."is_main", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id"); RETURN NULL;', hash='4469e4e78613a1714f56f6c4abb8986b981bced4', operation='UPDATE', pgid='pgtrigger_update_update_c18ad', table='customers_customernumber', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='customernumber',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "customers_customernumberhistory" ("customer_id", "e164", "extension", "id", "is_main", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."customer_id", OLD."e164", OLD."extension", OLD."id", OLD."is_main", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='1e24f2d251aa5297107cb046f8356cc2f72602d8', operation='DELETE', pgid='pgtrigger_delete_delete_811c3', table='customers_customernumber', when='AFTER')),
        ),
    ]
