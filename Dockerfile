# Afternoon Studio: slim, not root, weights inside, so the page works offline from the first start.
# The base is pinned by digest, so that a build is the same tomorrow. To renew it: docker buildx imagetools inspect python:3.11-slim-bookworm
# prints the newest digest of that tag; put it here, build, and start the image once.
FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b
RUN apt-get update && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/* && useradd --create-home --uid 1000 studio
WORKDIR /home/studio/app
COPY requirements.txt .
# The CPU builds of torch; for an NVIDIA GPU build with --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cu128
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
RUN pip install --no-cache-dir --upgrade "pip>=25" \
    && pip install --no-cache-dir --extra-index-url "$TORCH_INDEX" -r requirements.txt
COPY --chown=studio . .
USER studio
# Inside the container it listens to all; what reaches it is decided by -p (README: on loopback, unless accounts are set).
# With --read-only --tmpfs /tmp everything that is written lies in the volume or in /tmp, and no bytecode is written.
ENV STUDIO_HOME=/home/studio/data STUDIO_MODELS=/home/studio/models GRADIO_SERVER_NAME=0.0.0.0 PORT=7860 PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 XDG_CACHE_HOME=/tmp/cache HF_HOME=/home/studio/models/hub
RUN mkdir -p "$STUDIO_HOME" && python -m studio models fetch
VOLUME /home/studio/data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=40s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/studio/health', timeout=4)"]
CMD ["python", "app.py"]
