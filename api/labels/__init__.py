"""Draws labels: as SVG, PNG, PDF and ZPL, from layouts that a rule has made; it decides nothing.

A floor of its own beside `http`: the API, the pages and a benchmark all print, and none of them
may import another.
"""
