"""The limits: a bare "hello", and a bare page of one indexed SELECT and twenty rows, 9 kB.

The page is what anybody would write with the same parts: Flask, its session of the database,
a template by its name. And a calendar, as the library for it makes one.
"""

import os
from datetime import UTC, datetime, timedelta

from flask import Flask, redirect, render_template, request
from flask_sqlalchemy import SQLAlchemy
from icalendar import Calendar, Event
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
WORDS = "Harbour: Sleeping well\nTo change it: https://college.example/my/courses\n"
WORDS += "Or phone us: 01632 960 123, Monday to Friday, 9am to 5pm"
FIRST = datetime(2027, 5, 3, 9, tzinfo=UTC)

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


@app.get("/library")
def library() -> bytes:
    """Two hundred sessions by the library that everybody takes, and no more said of each."""
    calendar = Calendar()
    for number in range(200):
        session = Event()
        session.add("uid", f"{number:032x}@college.example")
        session.add("summary", "Harbour")
        session.add("location", "Harbour Hall, Room 1")
        session.add("description", WORDS)
        session.add("organizer", "mailto:college@example.org")
        session.add("status", "CONFIRMED")
        session.add("sequence", number % 3)
        for name in ("dtstart", "dtend", "dtstamp", "created", "last-modified"):
            session.add(name, FIRST + timedelta(days=number))
        calendar.add_component(session)
    return bytes(calendar.to_ical())


@app.post("/hot")
def hot() -> Response:
    """The seven statements that anybody would write for a place, over the row of a run."""
    asked = {"who": int(request.form["who"]), "run": int(request.form["run"])}
    ask = db.session.execute
    ask(text("SELECT capacity, held FROM hot_run WHERE id = :run FOR UPDATE"), asked).one()
    ask(text("SELECT id FROM hot_place WHERE run_id = :run AND who = :who"), asked).first()
    ask(
        text("INSERT INTO hot_place (run_id, who) VALUES (:run, :who) ON CONFLICT DO NOTHING"),
        asked,
    )
    ask(text("UPDATE hot_run SET held = held + 1 WHERE id = :run"), asked)
    ask(text("INSERT INTO hot_message (body) VALUES ('You have a place.')"))
    ask(text("INSERT INTO hot_line (words) VALUES ('enrolled')"))
    db.session.commit()
    return redirect("/rows")
