# syntax=docker/dockerfile:1
FROM node:22-bookworm-slim AS assets
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN python -m venv /venv
COPY locks/portal.txt locks/portal.txt
RUN /venv/bin/pip install --no-deps --require-hashes -r locks/portal.txt

FROM python:3.13-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=portal.settings DATA_DIR=/data STATIC_ROOT=/app/staticfiles
RUN useradd --system --create-home --uid 10001 gazetteer && install -d -o gazetteer -g gazetteer /data
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=assets /app/node_modules /tmp/node_modules
# The key only lets the command start: static files depend on no secret, and nothing of it stays in the image
RUN python -c 'from pathlib import Path; from portal.running.assets import copy; copy(Path("/tmp/node_modules"))' \
    && rm -r /tmp/node_modules \
    && SECRET_KEY=for-collectstatic-only python manage.py collectstatic --no-input --verbosity 0
USER 10001
EXPOSE 8000
ENV BIND_HOST=0.0.0.0
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=4 \
    CMD ["python", "-m", "portal.running.probe"]
CMD ["python", "-m", "gunicorn", "--config", "portal/gunicorn.py", "portal.wsgi:application"]
