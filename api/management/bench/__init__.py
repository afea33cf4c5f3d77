"""What `manage.py bench NAME` measures: one file a benchmark, its parts beside it."""
