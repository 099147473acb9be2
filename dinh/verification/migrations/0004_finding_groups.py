from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('verification', '0003_worklist_order')]

    operations = [
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(
                fields=['state', 'unit', 'register', 'kind', 'code', 'bulk', 'gain'], name='finding_groups'
            ),
        ),
    ]
