"""Sickness is reported once, as sick leave, which knows when it was told: the table beside it goes."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('attendance', '0002_talk_no_longer_due'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='sickreporthistory',
            name='pgh_obj',
        ),
        migrations.RemoveField(
            model_name='sickreporthistory',
            name='person',
        ),
        migrations.RemoveField(
            model_name='sickreporthistory',
            name='taken_by',
        ),
        migrations.DeleteModel(
            name='SickReport',
        ),
        migrations.DeleteModel(
            name='SickReportHistory',
        ),
    ]
