FROM node:24-bookworm-slim AS dependencies
WORKDIR /daybook
COPY package.json package-lock.json .npmrc ./
COPY clients/typescript/package.json clients/typescript/
COPY console/package.json console/
# Without the optional packages: Node is in the image, and PostgreSQL is a service of its own.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim AS console
WORKDIR /daybook
COPY package.json package-lock.json .npmrc ./
COPY clients/typescript clients/typescript
COPY console console
RUN npm ci --omit=optional --ignore-scripts --no-audit --no-fund && node console/build.mjs

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /daybook
COPY --from=dependencies /daybook/node_modules node_modules
# What .dockerignore lets through.
COPY . .
COPY --from=console /daybook/console/dist console/dist
USER node
EXPOSE 3000
# Ready means: the database answers, migrations have run, read models are within their lag.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "--input-type=module", "--eval", "const { ok } = await fetch(`http://127.0.0.1:${process.env.PORT}/readyz`); process.exit(ok ? 0 : 1)"]
# Not through npm: there is one process less.
CMD ["node", "src/main.ts"]
