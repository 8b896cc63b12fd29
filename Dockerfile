# "make image" builds it and tries it, with Debian's Python in place of this base.

FROM python:3.13-slim AS packages
WORKDIR /build
COPY requirements-run.lock ./
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-run.lock

FROM python:3.13-slim
RUN useradd --uid 10001 --no-create-home --home-dir /data folkmoot \
 && install -d -o folkmoot -g folkmoot -m 0700 /data /keys
COPY --from=packages /venv /venv
WORKDIR /app
COPY bot bot
COPY cogs cogs
COPY config config

# All state, SQLite's temporary files included, goes to /data, so the rest can be read-only:
#   docker run --read-only --volume folkmoot:/data --volume folkmoot-keys:/keys --env-file .env ...
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/data \
    TMPDIR=/data \
    FOLKMOOT_DATABASE=sqlite+aiosqlite:////data/folkmoot.db \
    FOLKMOOT_KEYS=/keys
# Apart from /data, so that no copy of that takes keys along; docs/sealed.md says why.
VOLUME /data /keys
USER folkmoot
# No HEALTHCHECK: /live is off unless the settings turn it on, and an engine by itself does nothing about what it
# finds. What can't go on ends, and is restarted. compose.yaml shows one.
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
