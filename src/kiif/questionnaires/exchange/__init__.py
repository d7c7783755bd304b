"""Questionnaires in and out: XLSForm, JSON, blank form. Nothing here writes in the database.

imported(content)          # Imported(definition or None, remarks) of an XLSForm; ExchangeError when refused
workbook(definition)       # the .xlsx, which comes back identical
from_json(content), to_json(definition), schema()
blank.pdf(definition, …)   # the form to print
"""

from kiif.questionnaires.exchange.json_form import from_json, schema, to_json
from kiif.questionnaires.exchange.remarks import ExchangeError, Imported, Remark
from kiif.questionnaires.exchange.xls_read import from_sheets, imported
from kiif.questionnaires.exchange.xls_write import sheets, workbook

__all__ = [
    "ExchangeError",
    "Imported",
    "Remark",
    "from_json",
    "from_sheets",
    "imported",
    "schema",
    "sheets",
    "to_json",
    "workbook",
]
