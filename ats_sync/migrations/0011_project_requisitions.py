"""A project may fill several requisitions: the one it fills so far moves to a table for many."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ats_sync", "0010_protection"),
        ("recruiter", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="FilledRequisition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("set_at", models.DateTimeField(auto_now=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="requisitions",
                        to="recruiter.project",
                    ),
                ),
                (
                    "job_posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="projects",
                        to="ats_sync.jobposting",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(
            "INSERT INTO ats_sync_filledrequisition (set_at, project_id, job_posting_id)"
            " SELECT set_at, project_id, job_posting_id FROM ats_sync_projectrequisition",
            migrations.RunSQL.noop,
        ),
        migrations.DeleteModel("ProjectRequisition"),
        migrations.RenameModel("FilledRequisition", "ProjectRequisition"),
        migrations.AddConstraint(
            model_name="projectrequisition",
            constraint=models.UniqueConstraint(
                fields=("project", "job_posting"), name="requisition_once_per_project"
            ),
        ),
    ]
