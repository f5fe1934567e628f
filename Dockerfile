# Two stages: the first installs into a virtual environment, the second holds that and nothing that could build.
ARG BASE=python:3.13-slim-trixie

FROM ${BASE} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_COMPILE=1 PIP_ROOT_USER_ACTION=ignore
# A linker, and what will be the first process.
# hadolint ignore=DL3008
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends binutils tini
RUN python -m venv /opt/gridwarp
WORKDIR /src
# The locked packages first: they change seldom, and this layer stays cached while the code changes.
COPY requirements.lock ./
RUN /opt/gridwarp/bin/python -m pip install --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY core core
COPY service service
# No network here: setuptools came with the lock.
RUN /opt/gridwarp/bin/python -m pip install --no-deps --no-build-isolation --no-index .
# Machine code for the usual processors: a library for each, which needs nothing to run. Who knows the machine can name
# one, as in --build-arg TARGETS=x86-64-v3, and has it sooner.
ARG TARGETS
# In another folder than the sources', which would be imported in the place of what is installed.
WORKDIR /
RUN /opt/gridwarp/bin/python -m service.precompile ${TARGETS:---shipped}
# What has done its work stays behind: the compiler, which is half of all there is, the installer, and the tests that
# packages carry. Then bytecode that never looks at the sources' times, so that a read-only file system starts fast.
RUN /opt/gridwarp/bin/python -m pip uninstall --yes --quiet numba llvmlite setuptools pip \
 && find /opt/gridwarp/lib -depth -type d -name tests -exec rm -r {} + \
 && python -m compileall -q -f -j 0 --invalidation-mode unchecked-hash /opt/gridwarp/lib

FROM ${BASE}
# `make image` tells both.
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Gridwarp" \
      org.opencontainers.image.description="An HTTP service that warps images" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="MIT AND Apache-2.0"
# Safe path: a module in the working folder is never imported.
ENV PATH=/opt/gridwarp/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONSAFEPATH=1 \
    GRIDWARP_HOST=0.0.0.0
# The first process: it hands signals on and reaps what others leave behind.
COPY --from=build /usr/bin/tini-static /usr/bin/tini
COPY --from=build /opt/gridwarp /opt/gridwarp
# A number, so that Kubernetes can see that it is not root; the files are root's and read-only to it.
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["python", "-m", "service.health"]
ENTRYPOINT ["tini", "-s", "--"]
CMD ["python", "-m", "service"]
