# One image for the web, the worker and `flask`. It runs as nobody in particular and writes only to /tmp.
# BASE is any Debian with Python 3.11 to 3.13; in earnest name it by its digest.
ARG BASE=python:3.13-slim-trixie

FROM ${BASE} AS parts
WORKDIR /srv/college
COPY requirements.lock .
RUN python3 -m venv .venv \
 && .venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
    --only-binary :all: -r requirements.lock

FROM ${BASE}
# Pango and fonts print the PDFs; pg_dump and pg_restore make backups, of a PostgreSQL up to 17.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends fontconfig fonts-liberation \
    libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin college
WORKDIR /srv/college
COPY --from=parts /srv/college/.venv .venv
COPY wsgi.py .
COPY scripts/web.conf.py scripts/is-up scripts/
COPY migrations migrations
COPY static static
COPY templates templates
COPY recovery_college recovery_college
RUN .venv/bin/python -m compileall -q recovery_college wsgi.py && fc-cache --system-only
ENV PATH=/srv/college/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp \
    COLLEGE_ENVIRONMENT=production
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "scripts/is-up"]
CMD ["gunicorn", "--config", "scripts/web.conf.py", "--bind", "0.0.0.0:8000", \
     "--worker-tmp-dir", "/dev/shm", "wsgi:app"]
