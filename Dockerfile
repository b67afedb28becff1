# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY src src
COPY migrations migrations
RUN python -m venv /opt/ingest \
 && PIP_CONSTRAINT=constraints.txt /opt/ingest/bin/pip install --no-cache-dir '.[postgres]'

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home ingest
COPY --from=build /opt/ingest /opt/ingest
COPY config /app/config
WORKDIR /app
RUN mkdir data && chown ingest data
ENV PATH=/opt/ingest/bin:$PATH PYTHONUNBUFFERED=1
USER ingest
# The store answers and its schema is current: what a worker needs to be of use.
HEALTHCHECK --interval=60s --timeout=20s --start-period=20s CMD ["ingest", "db", "current"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["ingest"]
CMD ["run"]
