# The site with its database, served to the open Internet: docs/publishing.md
FROM python:3.13-slim
WORKDIR /igkb
COPY requirements.lock pyproject.toml README.md ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN pip install --no-cache-dir --no-deps -e . && igkb build && useradd --system igkb
USER igkb
EXPOSE 8001
# IGKB_SITE has to be given: the address under which readers find it.
CMD ["igkb", "serve", "--public", "--host", "0.0.0.0", "--port", "8001"]
