"""Lives: which life of the database the epoch of its stream belongs to.

Where it is null, the database takes the life that it has for the one that the epoch began in.
"""

from tortoise import fields
from tortoise.migrations import Migration as TortoiseMigration
from tortoise.migrations.operations import AddField


class Migration(TortoiseMigration):
    operations = [AddField("Stream", "life", fields.TextField(null=True))]
