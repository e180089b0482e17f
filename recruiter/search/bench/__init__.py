"""How fast search is, beside two yardsticks in the same run: `manage.py bench_search`."""
