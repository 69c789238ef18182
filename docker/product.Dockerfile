# The product: api and worker from one image. `npm run images` lays out the build context (sources,
# production dependencies, the Node.js binary, the bundle of the workflows) and builds it, without network.
ARG BASE=debian@sha256:88200866dfff7ea7f5cbcb6ec7c8a701889efe6fe859fe64d6990e4b07ea4171
FROM ${BASE}

RUN groupadd --gid 1000 mosaic \
 && useradd --uid 1000 --gid mosaic --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin mosaic

COPY node /usr/local/bin/node
COPY app /app

ENV NODE_ENV=production \
    MOSAIC_WORKFLOW_BUNDLE=/app/workflow-bundle.js
WORKDIR /app
USER mosaic
# api/main.ts, workers/main.ts, scripts/migrate.ts or cli/mosaic.ts
ENTRYPOINT ["node"]
CMD ["api/main.ts"]
