# The production image: web, worker, beat and every command run from it.
FROM python:3.12-slim-trixie AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.txt

FROM python:3.12-slim-trixie
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CONSORTIUM_ENV=production \
    CONSORTIUM_VAR=/var/lib/consortium
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin consortium \
    && install -d -o consortium -g consortium -m 0755 /var/lib/consortium \
    && install -d -o consortium -g consortium -m 0700 /var/lib/consortium/files /backups
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
USER consortium
# Message catalogues are compiled in the tree. The settings below are for this step only:
# nothing of them stays in the image, and no server is asked.
RUN SECRET_KEY="only to collect static files: 0123456789 abcdefghijklmnopqrstuvwxyz" \
    DATABASE_URL=postgres://nobody@localhost/none \
    REDIS_URL=redis://localhost/0 \
    ALLOWED_HOSTS=localhost \
    python manage.py collectstatic --noinput
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["python", "-m", "config.probe"]
CMD ["gunicorn", "--config", "python:config.gunicorn", "--bind", "0.0.0.0:8000", "config.wsgi"]
