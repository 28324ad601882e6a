# The site with its database, served to the open Internet: docs/publishing.md

# With git, which tells the versions of the records: build in a whole clone.
FROM python:3.13 AS build
WORKDIR /igkb
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN pip install --no-cache-dir --no-deps -e . && igkb build

FROM python:3.13-slim
WORKDIR /igkb
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md igkb.py datasette-metadata.yml ./
COPY schema schema
COPY loaders loaders
COPY exporters exporters
COPY jobs jobs
COPY web web
RUN pip install --no-cache-dir --no-deps -e . && useradd --system igkb
COPY --from=build /igkb/kb.db ./
USER igkb
EXPOSE 8001
# IGKB_SITE has to be given: the address under which readers find it.
CMD ["igkb", "serve", "--public", "--host", "0.0.0.0", "--port", "8001"]
