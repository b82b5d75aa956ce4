# leaksift in a container: built with the compiler it needs, run without it.
#   docker build -t leaksift .
#   docker run --rm --read-only --tmpfs /tmp -v /data:/data:ro leaksift scan /data
# Both bases must share their C library (re2 is compiled in the first and loaded in the second). Pin them by
# digest for builds that must not move:
#   --build-arg BUILD_BASE=docker.io/library/node:24-bookworm@sha256:... --build-arg BASE=...-slim@sha256:...
# test/container/build.sh passes bases made of this machine's files, and needs no registry.
ARG BUILD_BASE=docker.io/library/node:24-bookworm
ARG BASE=docker.io/library/node:24-bookworm-slim

# The dependencies by themselves: compiling RE2 takes minutes, and they seldom change.
FROM ${BUILD_BASE} AS dependencies
WORKDIR /opt/leaksift
COPY package.json package-lock.json ./
COPY .ci/prepare .ci/prepare
RUN npm ci --ignore-scripts --omit=optional && .ci/prepare re2

FROM dependencies AS build
COPY tsconfig.json ./
COPY src ./src
COPY rules ./rules
RUN npm run build
# Only what runs stays: no compiler, no tests' packages, no OCR.
RUN npm prune --omit=dev --omit=optional --ignore-scripts && rm -rf src tsconfig.json .ci
COPY LICENSE ./

FROM ${BASE}
ENV NODE_ENV=production HOME=/tmp
# Nobody: a number, so that Kubernetes can prove runAsNonRoot without reading /etc/passwd.
USER 65532:65532
WORKDIR /tmp
# Node is PID 1: it answers SIGTERM and SIGINT itself once it runs, and reaps the processes it starts.
# `docker run --init` puts an init before it, which also ends it in its first half second.
ENTRYPOINT ["node", "/opt/leaksift/dist/cli.js"]
CMD ["--help"]
COPY --from=build /opt/leaksift /opt/leaksift
