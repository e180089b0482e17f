"""How PostgreSQL reads words for search: no stemming, no stop words, no accents."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

CONFIGURATION = """
CREATE TEXT SEARCH CONFIGURATION rsc_words (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION rsc_words
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
"""

# Signs that belong to a word (C++, C#, .NET) become letters; those that only part words, which
# the parser would take for paths or for "not", become spaces. Documents and queries both pass.
PLAIN = r"""
CREATE FUNCTION rsc_plain(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(words,
        '\mc\+\+', 'cplusplus', 'gi'),
        '\m([cfj])#', '\1sharp', 'gi'),
        '(^|[^[:alnum:]])\.net\M', '\1dotnet', 'gi'),
        '[/\\|_·]+|(^|\s)[-–—]+(?=\s|$)', ' ', 'g')
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("recruiter", "0001_initial")]

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(CONFIGURATION, "DROP TEXT SEARCH CONFIGURATION rsc_words"),
        migrations.RunSQL(PLAIN, "DROP FUNCTION rsc_plain(text)"),
    ]
