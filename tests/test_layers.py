"""Who may import whom: kb <- loaders -> schema <- exporters <- web, and nothing else."""

import ast
import re
from pathlib import Path

import pytest
from conftest import HERE

ROOT = HERE.parent
OURS = {"schema", "loaders", "exporters", "web", "jobs", "igkb"}
MAY_IMPORT = {
    "schema": {"schema"},
    "loaders": {"loaders", "schema"},
    "exporters": {"exporters", "schema"},
    "web": {"web", "exporters", "schema"},
    "jobs": {"jobs", "loaders", "exporters"},
    "igkb.py": {"jobs", "loaders", "exporters", "schema"},
}
FILES = [
    (layer, path)
    for layer in MAY_IMPORT
    for path in ([ROOT / layer] if layer.endswith(".py") else sorted((ROOT / layer).rglob("*.py")))
]


def imported(path):
    """The first word of all that the module imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield path.parent.name if node.level else node.module.partition(".")[0]


@pytest.mark.parametrize(
    ("layer", "path"), FILES, ids=[str(path.relative_to(ROOT)) for _, path in FILES]
)
def test_a_module_imports_only_what_its_layer_may(layer, path):
    assert OURS & set(imported(path)) <= MAY_IMPORT[layer]


def test_all_layers_are_there():
    assert {layer for layer, _ in FILES} == set(MAY_IMPORT)


@pytest.mark.parametrize("layer", ["exporters", "web"])
def test_what_works_on_a_database_never_reads_the_records(layer):
    """A downloaded copy has no kb/ beside it: no YAML is read, and no path into kb/ is written."""
    for path in sorted(Path(ROOT / layer).rglob("*.py")):
        if path == ROOT / "web/metadata.py":
            continue  # writes datasette-metadata.yml, and is not part of the site
        text = path.read_text(encoding="utf-8")
        assert "yaml" not in set(imported(path)), path
        assert not re.search(r"""["'](\./)?kb/|Path\(["']kb["']\)|\.yml["']""", text), path


def test_a_module_is_read_in_one_sitting():
    long = [
        str(path.relative_to(ROOT))
        for _, path in FILES
        if path.read_text(encoding="utf-8").count("\n") > 330
    ]
    assert long == []
