# One image for every process: web, worker and migration differ in their command only.

FROM python:3.11-slim AS build
WORKDIR /build
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY src src
# The constraints hold for what builds the package too.
ENV PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt
RUN python -m venv /opt/escgraph \
 && /opt/escgraph/bin/pip install --no-cache-dir .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin escgraph \
 && install --directory --owner escgraph --group escgraph /srv/escgraph /srv/escgraph/var
COPY --from=build /opt/escgraph /opt/escgraph
ENV PATH=/opt/escgraph/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ESCGRAPH_HOST=0.0.0.0 \
    ESCGRAPH_PORT=8000
WORKDIR /srv/escgraph
USER escgraph
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['ESCGRAPH_PORT'] + '/readyz', timeout=4)"]
CMD ["escgraph", "serve"]
