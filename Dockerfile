# leaksift in a container: built with the compiler it needs, run without it.
#   docker build -t leaksift .
#   docker run --rm --read-only --tmpfs /tmp -v /data:/data:ro leaksift scan /data
# Both bases must share their C library (re2 is compiled in the first and loaded in the second). CI passes
# bases made of its own files, as it has no registry: see test/container/build.sh.
ARG BUILD_BASE=docker.io/library/node:20-bookworm
ARG BASE=docker.io/library/node:20-bookworm-slim

# The dependencies by themselves: compiling re2 takes minutes, and they seldom change.
FROM ${BUILD_BASE} AS dependencies
WORKDIR /opt/leaksift
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts && npm rebuild re2

FROM dependencies AS build
COPY tsconfig.json ./
COPY src ./src
COPY rules ./rules
RUN npm run build
# What is left is what runs: no compiler output, no sources of re2, no symbols (21 MB become 1.3 MB).
RUN npm prune --omit=dev --ignore-scripts \
  && strip --strip-unneeded node_modules/re2/build/Release/re2.node \
  && cp node_modules/re2/build/Release/re2.node /tmp/re2.node \
  && rm -rf node_modules/re2/build node_modules/re2/vendor \
  && mkdir -p node_modules/re2/build/Release \
  && mv /tmp/re2.node node_modules/re2/build/Release/re2.node \
  && rm -rf src tsconfig.json
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
