"""A release as Croissant tells it to tools that train or test models: files, tables, columns.

The files are those of Parquet: in CSV its readers take a year for a number, and NA, the code of Namibia,
for nothing. Format: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.0.html; its reference reader,
mlcroissant, holds it to be valid.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exporters.csl import AUTHOR, NAME
from exporters.record import LICENCE

_TYPES = {"string": "sc:Text", "integer": "sc:Integer", "number": "sc:Float"}
# The context that the specification has every file begin with.
_CONTEXT = {
    "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column",
    "conformsTo": "dct:conformsTo", "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"}, "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/", "examples": {"@id": "cr:examples", "@type": "@json"},
    "equivalentProperty": "cr:equivalentProperty", "extract": "cr:extract", "field": "cr:field", "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject", "fileSet": "cr:fileSet", "format": "cr:format",
    "includes": "cr:includes", "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath",
    "key": "cr:key", "md5": "cr:md5", "parentField": "cr:parentField", "path": "cr:path",
    "recordSet": "cr:recordSet", "references": "cr:references", "regex": "cr:regex",
    "repeated": "cr:repeated", "replace": "cr:replace", "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/", "separator": "cr:separator", "source": "cr:source",
    "subField": "cr:subField", "transform": "cr:transform",
}  # fmt: skip


def croissant(package: Mapping[str, Any], folder: Path, citation: str) -> dict[str, Any]:
    """The description of the tables in folder/parquet, made of that of the Data Package; `citation` is how
    to cite the whole.
    """
    resources = package["resources"]
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "igkb",
        "alternateName": NAME,
        "description": package["description"],
        "url": package["homepage"],
        "license": LICENCE,
        "version": package["version"].replace(".0", "."),  # read as a semantic version
        "datePublished": package["created"][:10],
        "creator": {"@type": "sc:Organization", "name": AUTHOR},
        "citeAs": citation,
        "distribution": [
            _file(folder, f"parquet/{resource['title']}.parquet") for resource in resources
        ],
        "recordSet": [_table(resource) for resource in resources],
    }  # fmt: skip


def _file(folder: Path, path: str) -> dict[str, Any]:
    data = (folder / path).read_bytes()
    return {
        "@type": "cr:FileObject", "@id": path, "name": path, "contentUrl": path,
        "encodingFormat": "application/x-parquet", "contentSize": f"{len(data)} B",
        "sha256": hashlib.sha256(data).hexdigest(),
    }  # fmt: skip


def _table(resource: Mapping[str, Any]) -> dict[str, Any]:
    """A table. Which columns refer to others only the Data Package tells: of what is told here the reader
    makes joins, which fail where a table is large.
    """
    name, schema = resource["title"], resource["schema"]
    return {
        "@type": "cr:RecordSet", "@id": name, "name": name, "description": resource["description"],
        "key": [{"@id": f"{name}/{column}"} for column in schema.get("primaryKey", ())],
        "field": [
            {
                "@type": "cr:Field", "@id": f"{name}/{field['name']}", "name": field["name"],
                "description": field["description"], "dataType": _TYPES[field["type"]],
                "source": {
                    "fileObject": {"@id": f"parquet/{name}.parquet"}, "extract": {"column": field["name"]}
                },
            }
            for field in schema["fields"]
        ],
    }  # fmt: skip
