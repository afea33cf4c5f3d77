"""The life of real retired cells, one step a file, for `manage.py journey`."""
