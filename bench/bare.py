"""The limits: a bare "hello", and a bare page of one indexed SELECT and twenty rows, 9 kB.

The page is what anybody would write with the same parts: Flask, its session of the database,
a template by its name.
"""

import os

from flask import Flask, redirect, render_template, request
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from sqlalchemy import text
from werkzeug.wrappers import Response

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
app.jinja_loader = DictLoader({"rows.html": PAGE})
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["BENCH_DATABASE_URL"]
db = SQLAlchemy(app)


@app.get("/hello")
def hello() -> str:
    return "hello"


@app.get("/rows")
def rows() -> str:
    return render_template("rows.html", rows=db.session.execute(ROWS).all())


@app.post("/hot")
def hot() -> Response:
    """The seven statements that anybody would write for a place, over one row."""
    who = {"who": int(request.form["who"])}
    ask = db.session.execute
    ask(text("SELECT capacity, held FROM hot_run WHERE id = 1 FOR UPDATE")).one()
    ask(text("SELECT id FROM hot_place WHERE run_id = 1 AND who = :who"), who).first()
    ask(text("INSERT INTO hot_place (run_id, who) VALUES (1, :who) ON CONFLICT DO NOTHING"), who)
    ask(text("UPDATE hot_run SET held = held + 1 WHERE id = 1"))
    ask(text("INSERT INTO hot_message (body) VALUES ('You have a place.')"))
    ask(text("INSERT INTO hot_line (words) VALUES ('enrolled')"))
    db.session.commit()
    return redirect("/rows")
