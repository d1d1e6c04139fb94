"""Conversations as files: out as JSON, Markdown and HTML, in from our own and others' JSON.

Pure: rows in, pieces of text out; text in, plain values out. What is streamed to a browser and
what is written to the database is in web/exchange.py, web/importing.py and store/imports.py.
"""
