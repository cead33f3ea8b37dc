"""What a run leaves behind: results.json, results.md and report.html, which needs no other file."""

from __future__ import annotations

from pathlib import Path

import jinja2

from . import goals
from .plots import plots
from .session import Results
from .summary import comparisons

TEMPLATE = "report.html.j2"
README = Path(__file__).resolve().parents[1] / "README.md"


def html(results: Results) -> str:
    """The report, with everything in it."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    loads = [load for probe in results.probes for load in probe.load_average]
    values = {
        "results": results,
        "comparisons": comparisons(results),
        "goals": goals.rows(results),
        "plots": plots(results),
        "load_average": f"{min(loads):.2f} to {max(loads):.2f}" if loads else "not measured",
    }
    return environment.get_template(TEMPLATE).render(values)


def write_all(results: Results, folder: Path) -> list[Path]:
    """The three files; the figures come first, so that they are there whatever becomes of the rest."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in ("results.json", "results.md", "report.html")]
    results.write(paths[0])
    paths[1].write_text(goals.markdown(results))
    paths[2].write_text(html(results))
    return paths


def update_readme(results: Results, path: Path = README) -> None:
    """Puts the table between the markers; ValueError when there are none."""
    path.write_text(goals.paste(path.read_text(), goals.markdown(results)))
