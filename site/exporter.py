"""Renders notebooks to HTML with nbconvert: one process for all, because it takes a second to start.

Reads a JSON object a line, {"id", "notebook"}; the notebook is JSON of nbformat 4. Answers each with a line {"id", "cells": [html]}
or {"id", "error"}.
"""
import json
import re
import sys
from html import escape
from pathlib import Path

import nbformat
from nbconvert.exporters.html import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from traitlets.config import Config

PLOTLY = "application/vnd.plotly.v1+json"
CELL = re.compile(r"<!--cell:(\d+)-->")


class Renderer(IPythonRenderer):
    """Leaves to the builder what it does better: maths (KaTeX), headings' anchors, code that is highlighted the same everywhere."""

    def heading(self, text, level, **attrs):
        return f"<h{level}>{text}</h{level}>\n"

    def block_math(self, body):
        return f'<span data-math="display">{escape(body)}</span>'

    def inline_math(self, body):
        return f'<span data-math="inline">{escape(body)}</span>'

    def latex_environment(self, name, body):
        whole = f"\\begin{{{name}}}{body}\\end{{{name}}}"
        return f'<span data-math="display">{escape(whole)}</span>'

    def block_mermaidjs(self, code):
        # nbconvert's own form loads a script from a CDN.
        return f"<pre>{escape(code)}</pre>\n"


class SiteExporter(HTMLExporter):
    template_name = "convbook"

    @property
    def default_config(self):
        # nbconvert has Plotly in no list of its own, so a figure would be its text.
        own = Config(
            {
                "NbConvertBase": {
                    "display_data_priority": [
                        PLOTLY,
                        "image/svg+xml",
                        "text/html",
                        "text/markdown",
                        "image/png",
                        "image/jpeg",
                        "text/latex",
                        "application/vnd.jupyter.widget-view+json",
                        "text/plain",
                    ]
                }
            }
        )
        merged = super().default_config
        merged.merge(own)
        return merged

    def markdown2html(self, context, source):
        cell = context.get("cell", {})
        renderer = Renderer(escape=False, attachments=cell.get("attachments", {}))
        return MarkdownWithMath(renderer=renderer).render(source)

    # Jinja's marker has to be put on again by a subclass.
    markdown2html.jinja_pass_arg = HTMLExporter.markdown2html.jinja_pass_arg

    def default_filters(self):
        yield from super().default_filters()
        yield "markdown2html", self.markdown2html
        yield "alt_text", alt_text
        yield "script_json", script_json
        yield "figure_size", figure_size

    def from_notebook_node(self, nb, resources=None, **kw):
        # HTMLExporter's own method, without its last pass through an HTML parser: that lowercases the names in SVG, and puts a
        # sentence in the place of a missing alt text, where the builder names the cell.
        lexer = nb.metadata.get("language_info", {}).get("pygments_lexer", "typescript")
        resources = self._init_resources(resources)
        self.register_filter("highlight_code", Highlight2HTML(pygments_lexer=lexer, parent=self))
        data_types = WidgetsDataTypeFilter(notebook_metadata=self._nb_metadata, parent=self, resources=resources)
        self.register_filter("filter_data_type", data_types)
        return TemplateExporter.from_notebook_node(self, nb, resources, **kw)


def alt_text(output):
    for mime in ("image/png", "image/jpeg"):
        alt = output.get("metadata", {}).get(mime, {}).get("alt")
        if alt:
            return alt
    return output.get("metadata", {}).get("alt", "")


def script_json(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def figure_size(value):
    layout = value.get("layout", {})
    return f"{layout.get('width') or 640:g} {layout.get('height') or 400:g}"


def main():
    exporter = SiteExporter(extra_template_basedirs=[str(Path(__file__).parent / "template")])
    for line in sys.stdin:
        request = json.loads(line)
        answer = {"id": request["id"]}
        try:
            notebook = nbformat.reads(json.dumps(request["notebook"]), as_version=4)
            body, _ = exporter.from_notebook_node(notebook)
            answer["cells"] = CELL.split(body)[2::2]
        except Exception as error:
            answer["error"] = f"{type(error).__name__}: {error}"
        print(json.dumps(answer, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
