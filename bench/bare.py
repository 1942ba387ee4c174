"""The limits: a bare "hello", and a bare page of one indexed SELECT and twenty rows, 9 kB."""

import os

from flask import Flask
from sqlalchemy import create_engine, text

PAGE = """<!doctype html><html lang="en"><title>Rows</title><main><h1>Rows</h1><ul>
{% for row in rows %}<li><h2><a href="/runs/{{ row.id }}">{{ row.id }}</a></h2>
<p>{{ row.starts_at }} to {{ row.ends_at }}, {{ row.session_count }} sessions</p>
<p>{{ row.capacity }} places. """
PAGE += "Something of the length that a summary on a real page would have, and a little more. " * 3
PAGE += "</p></li>{% endfor %}</ul></main></html>"
ROWS = text(
    "SELECT id, starts_at, ends_at, session_count, capacity FROM run "
    "WHERE state = 'published' AND visibility = 'public' ORDER BY starts_at, id LIMIT 20"
)

app = Flask(__name__)
template = app.jinja_env.from_string(PAGE)
engine = create_engine(os.environ["BENCH_DATABASE_URL"])


@app.get("/hello")
def hello() -> str:
    return "hello"


@app.get("/rows")
def rows() -> str:
    with engine.connect() as connection:
        return template.render(rows=connection.execute(ROWS).all())
