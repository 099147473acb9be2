from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outreach', '0007_handovers'),
    ]

    operations = [
        migrations.AddField(
            model_name='scopeepoch',
            name='renewed_on',
            field=models.DateField(null=True),
        ),
    ]
