from kiif.territories.models.drawn import Draft, DrawnMember, DrawnTerritory, DrawnVersion
from kiif.territories.models.imports import DataImport
from kiif.territories.models.referential import FormerCode, ReferentialLoad, Territory

__all__ = [
    "DataImport",
    "Draft",
    "DrawnMember",
    "DrawnTerritory",
    "DrawnVersion",
    "FormerCode",
    "ReferentialLoad",
    "Territory",
]
