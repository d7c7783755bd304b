"""Catalogues of sentences: extraction, verification and compilation, without any system tool.

`make messages` runs `python -m kiif.config.messages`. Each package of kiif that has sentences for people
keeps `locale/fr/LC_MESSAGES/django.po`; the source language is English.
"""
